import { beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/rules/tokens'
import { idOf } from '../support/acting'
import { type AuditEvent, actor, target, written } from '../support/audit'
import { addCast, type Cast, freshChange, invite, inviteAndMail, newAccount, PASSWORD } from '../support/cast'
import { elements } from '../support/html'
import { setupForm } from '../support/setting-up'
import { signIn } from '../support/signing-in'
import { cookieOf, createWorld, rows, run, START, tokenIn, type World } from '../support/world'

const JANE = 'jane@example.com'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const ada = () => actor('user', cast.admin.id, 'Ada Admin')
const press = (verb: string, id: string) =>
  world.fetch(`/o/acme/invitations/${verb}`, {
    cookie: cast.admin.cookie,
    form: { id, change: freshChange() },
  })

describe('one event is written for', () => {
  test('setting up', async () => {
    for (const table of ['session', 'member', 'user', 'organization']) await run(`delete from ${table}`)
    const events = await written(() => world.fetch('/setup', { form: setupForm() }))
    const [organization] = await rows<{ id: string }>('select id from organization')
    const [owner] = await rows<{ id: string }>('select id from user')
    expect(events).toEqual([
      {
        organization_id: organization?.id,
        action: 'organization.created',
        ...actor('user', owner?.id, 'Olga Owner'),
        ...target('organization', organization?.id, 'Acme & Söhne'),
        at: START,
        detail: { slug: 'acme-sohne', accountScope: 'shared', owner: 'Olga@Acme.test' },
      },
    ])
  })

  test('signing in, and for signing out', async () => {
    let cookie: string | null = null
    const event = (action: string, detail: object) => ({
      organization_id: null,
      action,
      ...ada(),
      ...target('user', cast.admin.id, cast.admin.address),
      at: START,
      detail,
    })
    expect(await written(async () => (cookie = cookieOf(await signIn(world))))).toEqual([
      event('session.started', { with: 'password' }),
    ])
    expect(await written(() => world.fetch('/sign-out', { cookie, form: {} }))).toEqual([
      event('session.ended', { by: 'sign-out' }),
    ])
  })

  test('an API key made, and for one revoked', async () => {
    const page = '/o/acme/settings/api-keys'
    const { cookie } = cast.owner
    const form = { name: 'Shop', role: 'admin', access: 'read', change: freshChange() }
    const made = await written(() => world.fetch(page, { cookie, form }))
    const [key] = await rows<{ id: string }>('select id from api_key')
    const id = key?.id ?? ''
    const event = (action: string, detail: object) => ({
      organization_id: cast.acme.id,
      action,
      ...actor('user', cast.owner.id, 'Olga Owner'),
      ...target('api_key', id, 'Shop'),
      at: START,
      detail,
    })
    expect(made).toEqual([event('api_key.created', { role: 'admin', access: 'read' })])
    const revoked = await written(() => world.fetch(`${page}/revoke`, { cookie, form: { id, change: 'x' } }))
    expect(revoked).toEqual([event('api_key.revoked', { before: { role: 'admin', access: 'read' } })])
  })
})

test('no event is written for what fails or changes nothing', async () => {
  const token = tokenIn(await inviteAndMail(world, cast.admin, JANE))
  const id = await idOf(JANE)
  const { cookie } = cast.member
  const [keys, change] = ['/o/acme/settings/api-keys', freshChange()]
  const attempts: (() => Promise<unknown>)[] = [
    () => world.fetch('/setup', { form: setupForm() }),
    () => signIn(world, { password: 'wrong' }),
    () => world.fetch('/sign-out', { cookie: 'nobody', form: {} }),
    () => invite(world, cast.member, 'joe@example.com'),
    () => invite(world, cast.admin, ['no address', JANE, cast.owner.address]),
    () => invite(world, cast.admin, 'joe@example.com', { role: 'owner' }),
    () => world.fetch('/o/acme/invitations/resend', { cookie, form: { id, change } }),
    () => world.fetch('/o/acme/invitations/revoke', { cookie, form: { id, change } }),
    () => press('revoke', crypto.randomUUID()),
    () => world.fetch('/accept-invitation', { form: newAccount(token, { password: 'short' }) }),
    () => world.fetch('/accept-invitation', { form: newAccount(`${token}x`) }),
    () => world.fetch('/decline-invitation', { form: { token: 'x' } }),
    () =>
      world.fetch(keys, { cookie: cast.admin.cookie, form: { name: 'x', role: 'admin', access: 'read' } }),
    () => world.fetch(keys, { cookie: cast.owner.cookie, form: { name: '', role: 'admin', access: 'read' } }),
    () => world.fetch(`${keys}/revoke`, { cookie: cast.owner.cookie, form: { id } }),
    () => world.cron(''),
  ]
  for (const attempt of attempts)
    expect([String(attempt), await written(attempt)]).toEqual([String(attempt), []])
})

test('no event holds a secret: no token, cookie, key or password, nor a hash of one', async () => {
  const { cookie } = cast.owner
  const session = cookieOf(await signIn(world)) ?? ''
  const form = { name: 'Shop', role: 'admin', access: 'write', change: freshChange() }
  const made = await (await world.fetch('/o/acme/settings/api-keys', { cookie, form })).text()
  const key = (await elements(made, 'input[readonly]'))[0]?.attributes.value ?? ''
  const token = tokenIn(await inviteAndMail(world, cast.admin, JANE))
  const accepted = newAccount(token)
  const janes = cookieOf(await world.fetch('/accept-invitation', { form: accepted })) ?? ''
  await world.fetch('/sign-out', { cookie: session, form: {} })

  const events = await rows<AuditEvent>('select * from audit_event')
  expect(events.map(({ action }) => action).sort()).toEqual([
    'api_key.created',
    'invitation.accepted',
    'invitation.sent',
    'session.ended',
    'session.started',
  ])
  const all = JSON.stringify(events)
  const hashes = await rows<{ hash: string }>(
    'select token_hash as hash from invitation union select hash from session union select hash from api_key union select password_hash from user',
  )
  const secrets = [session, key, token, janes, accepted.password, PASSWORD, ...hashes.map(({ hash }) => hash)]
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10)
    expect(all).not.toContain(secret)
    expect(all).not.toContain(sha256(secret))
  }
})
