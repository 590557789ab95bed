import { beforeEach, describe, expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { idOf } from '../support/acting'
import { calling } from '../support/api'
import { actor, target, written } from '../support/audit'
import {
  addAccount,
  addApiKey,
  addCast,
  addTeam,
  type Cast,
  freshChange,
  invite,
  inviteAndMail,
  newAccount,
  PASSWORD,
} from '../support/cast'
import { logged } from '../support/faults'
import { createWorld, rows, START, tokenIn, type World } from '../support/world'

const LIFE = 7 * DAY
const JANE = 'jane@example.com'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const ada = () => actor('user', cast.admin.id, 'Ada Admin')
const jane = async () => target('invitation', await idOf(JANE), JANE)

const press = (verb: string, id: string) =>
  world.fetch(`/o/acme/invitations/${verb}`, {
    cookie: cast.admin.cookie,
    form: { id, change: freshChange() },
  })

describe('one event is written for', () => {
  test('each address invited, with everything it was invited with', async () => {
    const team = await addTeam(cast.acme, 'Choir')
    const fields = { role: 'viewer', department: 'Sales', note: 'Welcome', team }
    const events = await written(() =>
      invite(world, cast.admin, [JANE, 'joe@example.com', 'no address'], fields),
    )
    expect(events).toHaveLength(2)
    expect(events).toContainEqual({
      organization_id: cast.acme.id,
      action: 'invitation.sent',
      ...ada(),
      ...(await jane()),
      at: START,
      detail: {
        generation: 1,
        role: 'viewer',
        department: 'Sales',
        note: 'Welcome',
        language: 'en',
        teams: ['Choir'],
        expiresAt: START + LIFE,
        before: null,
      },
    })
  })

  test('a renewal, with what was there before', async () => {
    await invite(world, cast.owner, JANE, { role: 'viewer', department: 'Sales', note: 'Welcome' })
    world.clock.now = START + 8 * DAY
    expect(await written(() => invite(world, cast.admin, JANE, { role: 'member' }))).toEqual([
      {
        organization_id: cast.acme.id,
        action: 'invitation.renewed',
        ...ada(),
        ...(await jane()),
        at: START + 8 * DAY,
        detail: {
          generation: 2,
          role: 'member',
          department: '',
          note: '',
          language: 'en',
          teams: [],
          expiresAt: START + 8 * DAY + LIFE,
          before: expect.objectContaining({
            role: 'viewer',
            department: 'Sales',
            note: 'Welcome',
            language: 'en',
            expiresAt: START + LIFE,
            inviter: 'Olga Owner',
          }),
        },
      },
    ])
  })

  test('a resending and a revoking, with what was there before', async () => {
    await invite(world, cast.owner, JANE)
    const id = await idOf(JANE)
    world.clock.now = START + DAY
    const common = { organization_id: cast.acme.id, ...ada(), ...(await jane()), at: START + DAY }
    expect(await written(() => press('resend', id))).toEqual([
      {
        ...common,
        action: 'invitation.resent',
        detail: expect.objectContaining({
          generation: 2,
          role: 'member',
          expiresAt: START + DAY + LIFE,
          before: { status: 'pending', expiresAt: START + LIFE, inviter: 'Olga Owner' },
        }),
      },
    ])
    expect(await written(() => press('revoke', id))).toEqual([
      { ...common, action: 'invitation.revoked', detail: { before: { status: 'pending', role: 'member' } } },
    ])
  })

  test('a change by an API key, which names the key', async () => {
    const key = await addApiKey(cast.acme)
    const [row] = await rows<{ id: string }>('select id from api_key')
    const events = await written(() => calling(world, key)('/invitations', { json: { addresses: [JANE] } }))
    expect(events).toMatchObject([{ action: 'invitation.sent', ...actor('api_key', row?.id, 'Product') }])
  })

  test('an acceptance, with inviter, role, department, teams and the time of joining', async () => {
    const team = await addTeam(cast.acme, 'Choir')
    const mail = await inviteAndMail(world, cast.admin, JANE, { role: 'viewer', department: 'Sales', team })
    world.clock.now = START + DAY
    const events = await written(() => world.fetch('/accept-invitation', { form: newAccount(tokenIn(mail)) }))
    const [user] = await rows<{ id: string }>('select id from user where address = ?', JANE)
    expect(events).toEqual([
      {
        organization_id: cast.acme.id,
        action: 'invitation.accepted',
        ...actor('invitee', user?.id, 'Jane Doe'),
        ...(await jane()),
        at: START + DAY,
        detail: {
          user: user?.id,
          inviter: 'Ada Admin',
          role: 'viewer',
          department: 'Sales',
          teams: ['Choir'],
          joinedAt: START + DAY,
          account: 'new',
          before: { status: 'pending' },
        },
      },
    ])
  })

  test('an acceptance with an account there is, by signing in or signed in', async () => {
    const account = await addAccount('Jane Known', JANE)
    const other = await addAccount('Joe Known', 'joe@example.com')
    const token = tokenIn(await inviteAndMail(world, cast.admin, JANE))
    const others = tokenIn(await inviteAndMail(world, cast.admin, 'joe@example.com'))
    const signedIn = { token, way: 'sign_in', password: PASSWORD, change: freshChange() }
    expect(await written(() => world.fetch('/accept-invitation', { form: signedIn }))).toMatchObject([
      { ...actor('invitee', account.id, 'Jane Known'), detail: { user: account.id, account: 'existing' } },
    ])
    const joined = { token: others, way: 'join', change: freshChange() }
    expect(
      await written(() => world.fetch('/accept-invitation', { form: joined, cookie: other.cookie })),
    ).toMatchObject([
      { ...actor('invitee', other.id, 'Joe Known'), detail: { user: other.id, account: 'existing' } },
    ])
  })

  test('a declining', async () => {
    const token = tokenIn(await inviteAndMail(world, cast.admin, JANE))
    const form = { token, change: freshChange() }
    expect(await written(() => world.fetch('/decline-invitation', { form }))).toEqual([
      {
        organization_id: cast.acme.id,
        action: 'invitation.declined',
        ...actor('invitee', null, JANE),
        ...(await jane()),
        at: START,
        detail: { inviter: 'Ada Admin', role: 'member', before: { status: 'pending' } },
      },
    ])
  })

  test('an expiry that the cron writes down', async () => {
    await invite(world, cast.admin, JANE)
    world.clock.now = START + LIFE
    logged()
    expect(await written(() => world.cron('*/5 * * * *'))).toEqual([
      {
        organization_id: cast.acme.id,
        action: 'invitation.expired',
        ...actor('system', null, 'Expiry'),
        ...(await jane()),
        at: START + LIFE,
        detail: { expiresAt: START + LIFE, before: { status: 'pending' } },
      },
    ])
  })
})
