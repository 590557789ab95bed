import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { MINUTE } from '../../src/rules/dates'
import { idOf } from '../support/acting'
import { addCast, type Cast, freshChange, invite, newAccount } from '../support/cast'
import { postChange } from '../support/changing'
import { logged } from '../support/faults'
import { replacing } from '../support/holding'
import { JANE } from '../support/invitee'
import { expectAccounted, postOffice } from '../support/post-office'
import { queueOf } from '../support/queue'
import { APP_URL, createWorld, linkIn, rows, tokenIn, type World } from '../support/world'

const KV = ['get', 'getWithMetadata', 'put', 'delete', 'list'] as const
const without = (act: () => Promise<never>): KVNamespace =>
  replacing(env.LINKS, Object.fromEntries(KV.map((method) => [method, act])))
const failing = () => Promise.reject(new Error('KV GET failed: 503 Service Unavailable'))
const silent = () => new Promise<never>(() => {})

let cast: Cast
beforeEach(async () => {
  logged()
  cast = await addCast()
})

const mailed = async (world: World) => {
  const office = postOffice(world)
  await invite(world, cast.admin, [JANE, 'joe@example.com', 'jim@example.com'])
  await queueOf(world).run(MINUTE)
  expect(await expectAccounted(office)).toEqual({ sent: 3 })
  return (address: string) => {
    const mail = world.mails.findLast(({ to }) => to === address)
    return { link: linkIn(mail), token: tokenIn(mail) }
  }
}

describe('with a KV that fails at everything', () => {
  test('invitations are sent, opened, accepted, resent, edited, declined and revoked', async () => {
    const world = createWorld({ LINKS: without(failing) })
    const mail = await mailed(world)
    const jane = mail(JANE)
    expect(await (await world.fetch(jane.link)).text()).toContain('Accept &amp; create account')
    const joined = await world.fetch('/accept-invitation', { form: newAccount(jane.token) })
    expect(joined.status).toBe(303)
    expect(await (await world.fetch(jane.link)).text()).not.toContain('Accept &amp; create account')

    const old = mail('joe@example.com')
    const only = await idOf('joe@example.com')
    expect((await postChange(world, cast.admin, 'resend', { only })).status).toBe(303)
    await queueOf(world).run(MINUTE)
    expect(await (await world.fetch(old.link)).text()).toContain('Invitation replaced')
    const edited = await world.fetch(`/o/acme/invitations/${only}/edit`, {
      cookie: cast.admin.cookie,
      form: { change: freshChange(), role: 'viewer', department: '', note: '', language: 'en' },
    })
    expect(edited.status).toBe(303)
    const { token } = mail('joe@example.com')
    expect((await world.fetch('/decline-invitation', { form: { token } })).status).toBe(303)

    await postChange(world, cast.admin, 'revoke', { only: await idOf('jim@example.com') })
    expect(await (await world.fetch(mail('jim@example.com').link)).text()).toContain('Invitation revoked')
    expect(await rows('select address, status from invitation order by address')).toEqual([
      { address: JANE, status: 'accepted' },
      { address: 'jim@example.com', status: 'revoked' },
      { address: 'joe@example.com', status: 'declined' },
    ])
  })
})

describe('with a KV that never answers', () => {
  test('the same holds: nobody waits for it', async () => {
    const world = createWorld({ LINKS: without(silent) })
    const mail = await mailed(world)
    /** As a browser asks: without waiting for what is left to do afterwards. */
    const visit = async (
      path: string,
      given: Record<string, string>,
      fields: Record<string, string> | null = null,
    ) => {
      const headers = { Origin: APP_URL, Cookie: `usher=${cast.admin.cookie}`, ...given }
      const method = fields ? 'POST' : 'GET'
      const body = fields && new URLSearchParams(fields)
      const response = await world.worker.fetch(
        new Request(APP_URL + path, { method, headers, body, redirect: 'manual' }),
        world.env,
        createExecutionContext(),
      )
      return { status: response.status, text: await response.text() }
    }
    const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      visit(path, headers, fields)
    const { link, token } = mail(JANE)
    const page = await visit(link.replace(APP_URL, ''), { Cookie: '' })
    expect(page.text).toContain('Accept &amp; create account')
    const joined = await post('/accept-invitation', newAccount(token), { Cookie: '' })
    expect(joined.status).toBe(303)
    const resent = { only: await idOf('joe@example.com'), change: freshChange() }
    expect((await post('/o/acme/invitations/resend', resent)).status).toBe(303)
    const revoked = { only: await idOf('jim@example.com'), change: freshChange() }
    expect((await post('/o/acme/invitations/revoke', revoked)).status).toBe(303)
    expect(await rows('select status from invitation order by address')).toEqual([
      { status: 'accepted' },
      { status: 'revoked' },
      { status: 'pending' },
    ])
  })
})
