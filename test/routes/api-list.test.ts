import { beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { idOf, revoke } from '../support/acting'
import { calling } from '../support/api'
import { addApiKey, addCast, addTeam, type Cast, invite, inviteAndMail, newAccount } from '../support/cast'
import { addInvitations } from '../support/invitations'
import { createWorld, rows, START, tokenIn, type World } from '../support/world'

const LIST = z.object({ data: z.array(z.object({ address: z.string() })), next: z.string().nullable() })
const addresses = (body: unknown) => LIST.parse(body).data.map(({ address }) => address)
const DAY = 24 * 3600 * 1000

let world: World
let cast: Cast
let call: ReturnType<typeof calling>
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
  call = calling(world, await addApiKey(cast.acme, 'admin', 'read'))
})

describe('an invitation', () => {
  test('is shown with everything that was sent, its mail and its teams', async () => {
    const team = await addTeam(cast.acme, 'Night shift')
    await invite(world, cast.admin, 'Jane Doe <Jane@Example.com>', {
      role: 'viewer',
      department: 'Sales',
      note: 'See you soon',
      language: 'pt',
      team,
    })
    const id = await idOf('jane@example.com')
    const { status, headers, body } = await call(`/invitations/${id}`)
    expect([status, headers.get('Content-Type')]).toEqual([200, 'application/json'])
    expect(body).toEqual({
      id,
      address: 'Jane@Example.com',
      role: 'viewer',
      role_name: 'Viewer',
      department: 'Sales',
      note: 'See you soon',
      language: 'pt',
      status: 'pending',
      mail: { state: 'queued', reason: null, bounce: null, waits_until: null },
      invited_by: 'Ada Admin',
      inviter_lost: null,
      first_sent_at: new Date(START).toISOString(),
      sent_at: new Date(START).toISOString(),
      expires_at: new Date(START + 7 * DAY).toISOString(),
      opened_at: null,
      ended_at: null,
      member_id: null,
      team_ids: [team],
    })
  })

  test('that was accepted names the member, and one that ran out is expired without a sweep', async () => {
    const mail = await inviteAndMail(world, cast.admin, 'jane@example.com')
    await invite(world, cast.admin, 'late@example.com')
    await world.fetch('/accept-invitation', { form: newAccount(tokenIn(mail)) })
    const [jane] = await rows<{ id: string }>("select id from user where address = 'jane@example.com'")
    expect((await call(`/invitations/${await idOf('jane@example.com')}`)).body).toMatchObject({
      status: 'accepted',
      member_id: jane?.id,
      ended_at: new Date(START).toISOString(),
    })
    world.clock.now = START + 7 * DAY
    expect((await call(`/invitations/${await idOf('late@example.com')}`)).body).toMatchObject({
      status: 'expired',
    })
  })
})

describe('the list', () => {
  test('begins with what is outstanding, the latest first, and counts every tab', async () => {
    await invite(world, cast.admin, 'first@example.com')
    world.clock.now += 1000
    await invite(world, cast.admin, ['second@example.com', 'gone@example.com'])
    await revoke(world, cast.admin, [await idOf('gone@example.com')])
    const { body } = await call('/invitations')
    expect(addresses(body)).toEqual(['second@example.com', 'first@example.com'])
    expect(body).toMatchObject({
      next: null,
      counts: { outstanding: 2, accepted: 0, revoked: 1, declined: 0, all: 3 },
      counts_stop_at: 1000,
    })
  })

  test.each([
    ['tab=revoked', ['person2@example.com']],
    ['tab=accepted', ['person3@example.com']],
    ['tab=declined', ['person4@example.com']],
    ['tab=all&sort=email', [0, 1, 2, 3, 4].map((n) => `person${n}@example.com`)],
    ['sort=-email', ['person1@example.com', 'person0@example.com']],
    ['sort=sent', ['person1@example.com', 'person0@example.com']],
    ['sort=role', ['person1@example.com', 'person0@example.com']],
    ['sort=-mail', ['person0@example.com', 'person1@example.com']],
    ['tab=all&q=Person3', ['person3@example.com']],
    ['tab=all&q=example.com&sort=email&limit=2', ['person0@example.com', 'person1@example.com']],
    ['q=erson', []],
  ])('of ?%s', async (query, expected) => {
    const status = ['pending', 'expired', 'revoked', 'accepted', 'declined']
    await addInvitations(cast.acme.id, 5, (n) => ({
      status: status[n] ?? '',
      sentAt: START - n,
      role: n ? 'member' : 'viewer',
      mail: n ? 'failed' : 'sent',
    }))
    const answer = await call(`/invitations?${query}`)
    expect(answer.status).toBe(200)
    expect(addresses(answer.body)).toEqual(expected)
  })

  test.each(['sent', '-sent', 'email', '-role', 'status'])(
    'sorted by %s is paged through to the end, each row once',
    async (sort) => {
      await addInvitations(cast.acme.id, 23, (n) => ({
        sentAt: START + (n % 4),
        role: n % 2 ? 'member' : 'viewer',
      }))
      await addInvitations(cast.globex.id, 3, (n) => ({ address: `theirs${n}@example.com` }))
      const whole = addresses((await call(`/invitations?limit=100&sort=${sort}`)).body)
      expect(new Set(whole).size).toBe(23)
      const paged: string[] = []
      let page: string | null = ''
      for (let pages = 0; page !== null && pages < 10; pages++) {
        const answer = await call(`/invitations?limit=5&sort=${sort}${page && `&page=${page}`}`)
        paged.push(...addresses(answer.body))
        page = LIST.parse(answer.body).next
      }
      expect(page).toBeNull()
      expect(paged).toEqual(whole)
    },
  )

  test('shows no other organization’s invitations, whatever the page token says', async () => {
    await addInvitations(cast.globex.id, 3, (n) => ({ address: `theirs${n}@example.com` }))
    await addInvitations(cast.acme.id, 2, () => ({}))
    const theirs = Buffer.from(JSON.stringify(['after', START + 1, `${cast.globex.id}:00000`])).toString(
      'base64url',
    )
    for (const query of ['', '?q=theirs', `?page=${theirs}`, '?tab=all'])
      expect(JSON.stringify((await call(`/invitations${query}`)).body)).not.toContain('theirs0@')
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=', 'limit'],
    ['tab=open', 'tab'],
    ['tab=', 'tab'],
    ['sort=id', 'sort'],
    ['sort=--email', 'sort'],
    ['sort=token_hash', 'sort'],
    ['page=', 'page'],
    ['page=garbage', 'page'],
    [`page=${Buffer.from('["after",1]').toString('base64url')}`, 'page'],
    [`page=${Buffer.from('["beside",1,"x"]').toString('base64url')}`, 'page'],
  ])('of ?%s is refused, naming %s', async (query, field) => {
    const { status, body } = await call(`/invitations?${query}`)
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'invalid_input', errors: { [field]: expect.stringContaining(field) } })
  })
})
