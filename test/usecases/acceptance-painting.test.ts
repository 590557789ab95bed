import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { ENDS } from '../support/ends'
import { logged } from '../support/faults'
import { gate, heldDatabase, replacing } from '../support/holding'
import { texts } from '../support/html'
import { invited, JANE, open, seen } from '../support/invitee'
import { createWorld, type World } from '../support/world'

/** Opens a link and reads the answer as it comes, piece by piece. */
const opening = async (world: World, link: string) => {
  const execution = createExecutionContext()
  const response = await world.worker.fetch(new Request(link), world.env, execution)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const piece = async () => (await reader?.read())?.value ?? ''
  const rest = async () => {
    let html = ''
    for (let next = await piece(); next !== ''; next = await piece()) html += next
    return html
  }
  return { response, piece, rest, over: () => waitOnExecutionContext(execution) }
}

/** A world like another whose database answers only once it is released. */
const slow = (world: World) => {
  const { db: DB, release } = heldDatabase(world.env.DB)
  return { world: createWorld({ DB }), release }
}

describe('the first paint of a link', () => {
  it('says who invites where before the database has answered, and shows no form', async () => {
    const { world, link } = await invited()
    await world.fetch(link)
    const { world: slowly, release } = slow(world)
    const { response, piece, rest, over } = await opening(slowly, link)
    const first = await piece()
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Encoding')).toBe('identity')
    expect(await texts(first, 'p.offer')).toEqual(['Ada Admin invites you to join Acme.'])
    expect(first).not.toMatch(/<form|<button|<input|<main/)
    expect(first).not.toContain(JANE)

    release()
    const last = await rest()
    const whole = await seen(new Response(first + last))
    expect(whole.heading).toBe('Accept invitation')
    expect(whole.buttons[0]).toBe('Accept & create account')
    expect(last.endsWith('</body></html>')).toBe(true)
    await over()
  })

  it('names nobody when the link is opened for the first time', async () => {
    const { world, link } = await invited()
    const { world: slowly, release } = slow(world)
    const { piece, rest, over } = await opening(slowly, link)
    const first = await piece()
    expect(first).toContain('Looking up your invitation')
    expect(first).not.toMatch(/Acme|Ada|<form/)
    release()
    expect(await rest()).toContain('Ada Admin')
    await over()
  })

  it.each(['revoked', 'replaced', 'used', 'declined'])(
    'offers nothing any more once the link is %s',
    async (how) => {
      const stage = await invited()
      await stage.world.fetch(stage.link)
      await ENDS[how]?.(stage)
      const { world: slowly, release } = slow(stage.world)
      const { piece, rest, over } = await opening(slowly, stage.link)
      expect(await piece()).not.toMatch(/Acme|Ada|<form/)
      release()
      expect(await texts(await rest(), 'h1')).toEqual([`Invitation ${how === 'used' ? 'already used' : how}`])
      await over()
    },
  )

  it('never has the inviter or the organization speak in tags', async () => {
    const { world, link } = await invited({ name: '<!--cut--><form>' })
    await world.fetch(link)
    const { html, heading } = await open(world, link)
    expect(html).not.toContain('<!--cut--><form>')
    expect(heading).toBe('Accept invitation')
    expect(html).toContain('&lt;!--cut--&gt;&lt;form&gt;')
  })
})

describe('a database that does not answer', () => {
  it('leaves the invitee with a reference that is in the log, and no form', async () => {
    const { world, link, token } = await invited()
    await world.fetch(link)
    const lines = logged()
    const DB = replacing(world.env.DB, { batch: () => Promise.reject(new Error('D1_ERROR: overloaded')) })
    const page = await open(createWorld({ DB }), link)
    expect(page.heading).toBe('Try again in a moment')
    expect([page.fields, page.buttons]).toEqual([[], []])
    const reference = /Reference: ([\w-]{36})/.exec(page.text)?.[1] ?? 'none'
    expect(lines.join()).toContain(reference)
    expect(lines.join()).not.toContain(token)
    expect(page.html).not.toContain('overloaded')
    expect((await open(world, link)).heading).toBe('Accept invitation')
  })
})

describe('a KV that does not answer', () => {
  it('holds nothing up', async () => {
    const { world, link } = await invited()
    const { opened, release } = gate()
    const LINKS = replacing(world.env.LINKS, { get: () => opened.then(() => new Map()) })
    const { rest, over } = await opening(createWorld({ LINKS }), link)
    expect(await texts(await rest(), 'h1')).toEqual(['Accept invitation'])
    release()
    await over()
  })
})
