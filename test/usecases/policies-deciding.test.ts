import { beforeEach, describe, expect, test, vi } from 'vitest'
import {
  allow,
  askApproval,
  type CreateContext,
  deny,
  forEachAddress,
  hold,
  type ResendContext,
  type RevokeContext,
} from '../../src/policies/policy'
import { invitationPolicies } from '../../src/policies/registry'
import { DAY, HOUR } from '../../src/rules/dates'
import type { PolicySettings, WorkingHours } from '../../src/rules/policies'
import { WAITS_FOR_QUOTA } from '../../src/rules/quotas'
import { resendInvitations, revokeInvitations } from '../../src/usecases/invitations'
import { sendInvitations } from '../../src/usecases/sending'
import { as, idOf, resend, revoke, send, sendInput, withKey } from '../support/acting'
import { addApiKey, addCast, type Cast, freshChange } from '../support/cast'
import { settleMail } from '../support/deliveries'
import { everyRow } from '../support/dump'
import { deliveryTo } from '../support/mail'
import { registerPolicy, switchOn } from '../support/policies'
import { createWorld, rows, run, START, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const { create, resend: resending, revoke: revoking } = invitationPolicies
const JANE = 'jane@example.com'
const JOE = 'joe@example.com'
const NO = { code: 'no', message: 'Not him', remediation: 'Ask Olga.' }
const notJoe = (context: { addresses: readonly string[] }) =>
  forEachAddress(context, (address) => (address === JOE ? deny(NO) : allow()))

const invited = async () =>
  (await rows<{ address: string }>('select address from invitation order by address')).map(
    ({ address }) => address,
  )

describe('a policy of creating', () => {
  test('keeps back the addresses that it denies, alone, with message and remediation', async () => {
    registerPolicy(create, notJoe)
    expect(await send(world, cast.admin, [JOE, 'Jane@Example.com'])).toMatchObject([
      { kind: 'policy_denied', address: JOE, typed: JOE, denial: NO },
      { kind: 'invited', address: JANE },
    ])
    expect(await invited()).toEqual([JANE])
    expect(world.messages).toHaveLength(1)
    expect(await rows("select 1 from audit_event where action = 'invitation.sent'")).toHaveLength(1)
  })

  test('is told who acts, where, by what, what for, and every address once, in its canonical form', async () => {
    const told: CreateContext[] = []
    registerPolicy(create, async (context) => {
      told.push(context)
      const [row] = await context.read<{ n: number }>(
        'select count(*) as n from member where organization_id = ?',
        context.organization.id,
      )
      return row?.n === 4 ? allow() : deny(NO)
    })
    const input = sendInput([JANE, 'JANE@EXAMPLE.COM', JOE], { role: 'viewer', department: ' Sales ' })
    const { outcomes } = await as(world, cast.admin, (ctx) => sendInvitations(ctx, input))
    expect(outcomes.map(({ kind }) => kind)).toEqual(['invited', 'listed_twice', 'invited'])
    expect(told).toHaveLength(1)
    const { read: _, ...context } = told[0] ?? ({} as CreateContext)
    expect(context).toEqual({
      actor: {
        kind: 'user',
        id: cast.admin.id,
        name: 'Ada Admin',
        role: expect.objectContaining({ key: 'admin' }),
      },
      organization: { id: cast.acme.id, name: 'Acme', slug: 'acme', timeZone: 'UTC' },
      addresses: [JANE, JOE],
      via: 'form',
      now: START,
      role: expect.objectContaining({ key: 'viewer' }),
      department: 'Sales',
      teamIds: [],
    })
    await withKey(world, await addApiKey(cast.acme), (ctx) =>
      sendInvitations(ctx, sendInput('new@example.com')),
    )
    expect(told[1]).toMatchObject({ via: 'api', actor: { kind: 'api_key', name: 'Product' } })
  })

  test('is asked nothing where somebody may not send, or no address is one', async () => {
    const asked = vi.fn(() => allow())
    registerPolicy(create, asked)
    await expect(send(world, cast.member, JANE)).rejects.toThrow('forbidden')
    await expect(send(world, cast.admin, JANE, { role: 'nobody' })).rejects.toThrow('invalid_input')
    await send(world, cast.admin, 'no address')
    expect(asked).not.toHaveBeenCalled()
  })

  test('says nothing of who is a member or invited already', async () => {
    await send(world, cast.admin, JANE)
    registerPolicy(create, () => deny(NO))
    expect(await send(world, cast.admin, [JANE, cast.member.address, JOE])).toMatchObject([
      { kind: 'already_invited' },
      { kind: 'already_member' },
      { kind: 'policy_denied' },
    ])
  })

  test('decides when an expired invitation is renewed as well', async () => {
    await send(world, cast.admin, JANE)
    const before = await rows('select * from invitation')
    world.clock.now += 8 * DAY
    registerPolicy(create, () => deny(NO))
    expect(await send(world, cast.admin, JANE)).toMatchObject([{ kind: 'policy_denied' }])
    expect(await rows('select * from invitation')).toEqual(before)
  })

  test('leaves a repeated press the winner’s answer, whatever it says by then', async () => {
    let denying = false
    registerPolicy(create, (context) => (denying ? deny(NO) : notJoe(context)))
    const press = freshChange()
    const once = () => send(world, cast.admin, [JANE, JOE], { change: press })
    const first = await once()
    denying = true
    expect(await once()).toEqual(first)
    expect(await invited()).toEqual([JANE])
    expect(world.messages).toHaveLength(1)
  })

  test('has an address wait for approval where it asks for it, and others not', async () => {
    registerPolicy(create, (context) =>
      forEachAddress(context, (address) => (address === JOE ? askApproval('Joe is special') : allow())),
    )
    expect(await send(world, cast.admin, [JANE, JOE])).toMatchObject([
      { kind: 'invited', address: JANE },
      { kind: 'invited', address: JOE, awaitsApproval: true },
    ])
    expect(await rows('select address, status, approval_reason from invitation order by address')).toEqual([
      { address: JANE, status: 'pending', approval_reason: null },
      { address: JOE, status: 'awaiting_approval', approval_reason: 'Joe is special' },
    ])
  })
})

describe('a policy of resending', () => {
  test('keeps back the invitations that it denies, alone, and nothing of them changes', async () => {
    await send(world, cast.admin, [JANE, JOE])
    const ids = [await idOf(JANE), await idOf(JOE)]
    const before = await rows('select * from invitation where address = ?', JOE)
    registerPolicy(resending, notJoe)
    expect(await resend(world, cast.admin, ids)).toMatchObject([
      { kind: 'done', address: JANE },
      { kind: 'policy_denied', id: ids[1], address: JOE, denial: NO },
    ])
    expect(await rows('select * from invitation where address = ?', JOE)).toEqual(before)
    expect(await rows('select generation from invitation where address = ?', JANE)).toEqual([
      { generation: 2 },
    ])
  })

  test('is told of those that can be resent, with their roles, once', async () => {
    const told: ResendContext[] = []
    registerPolicy(resending, (context) => {
      told.push(context)
      return allow()
    })
    await send(world, cast.admin, [JANE, JOE], { role: 'viewer' })
    const ids = [await idOf(JANE), await idOf(JOE)]
    await revoke(world, cast.admin, [ids[1] ?? ''])
    await resend(world, cast.admin, [...ids, 'no-such-id'])
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({
      addresses: [JANE],
      via: 'form',
      invitations: [{ id: ids[0], address: JANE, approved: false, role: { key: 'viewer' } }],
    })
  })

  test('decides about those whose mail failed as well', async () => {
    await send(world, cast.admin, [JANE, JOE])
    for (const address of [JANE, JOE]) await settleMail(address, { state: 'failed', reason: 'Refused' })
    registerPolicy(resending, notJoe)
    const ids = [await idOf(JANE), await idOf(JOE)]
    const outcomes = await as(world, cast.admin, (ctx) =>
      resendInvitations(ctx, { ids, change: freshChange(), only: 'failed' }),
    )
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'policy_denied'])
  })

  test('leaves a repeated press the winner’s answer', async () => {
    await send(world, cast.admin, JANE)
    const [press, ids] = [freshChange(), [await idOf(JANE)]]
    const first = await resend(world, cast.admin, ids, press)
    registerPolicy(resending, () => deny(NO))
    expect(await resend(world, cast.admin, ids, press)).toEqual(first)
    expect(await resend(world, cast.admin, ids)).toMatchObject([{ kind: 'policy_denied' }])
  })

  test('asks nobody for approval: what needs it is denied, and says what to do', async () => {
    await send(world, cast.admin, JANE)
    registerPolicy(resending, () => askApproval('Needs another pair of eyes'))
    expect(await resend(world, cast.admin, [await idOf(JANE)])).toMatchObject([
      { kind: 'policy_denied', denial: { code: 'approval_required', message: 'Needs another pair of eyes' } },
    ])
  })
})

describe('a policy of revoking', () => {
  test('keeps invitations from being revoked, alone, and is told which', async () => {
    await send(world, cast.admin, [JANE, JOE], { role: 'viewer' })
    const ids = [await idOf(JANE), await idOf(JOE)]
    const told: RevokeContext[] = []
    registerPolicy(revoking, (context) => {
      told.push(context)
      return notJoe(context)
    })
    expect(await revoke(world, cast.admin, [...ids, 'no-such-id'])).toMatchObject([
      { kind: 'done', address: JANE },
      { kind: 'policy_denied', id: ids[1], denial: NO },
      { kind: 'not_found' },
    ])
    expect(told[0]).toMatchObject({ addresses: [JANE, JOE], invitations: [{ role: { key: 'viewer' } }, {}] })
    expect(await rows('select status from invitation order by address')).toEqual([
      { status: 'revoked' },
      { status: 'pending' },
    ])
  })

  test('leaves a repeated press the winner’s answer', async () => {
    await send(world, cast.admin, JANE)
    const [press, ids] = [freshChange(), [await idOf(JANE)]]
    const first = await revoke(world, cast.admin, ids, press)
    registerPolicy(revoking, () => deny(NO))
    expect(await revoke(world, cast.admin, ids, press)).toEqual(first)
  })

  test('that would hold denies, by key as well', async () => {
    await send(world, cast.admin, JANE)
    registerPolicy(revoking, () => hold(START + DAY, 'Not this week'))
    const ids = [await idOf(JANE)]
    const outcomes = await withKey(world, await addApiKey(cast.acme), (ctx) =>
      revokeInvitations(ctx, { ids, change: freshChange() }),
    )
    expect(outcomes).toMatchObject([
      { kind: 'policy_denied', denial: { code: 'not_yet', message: 'Not this week' } },
    ])
  })
})

describe('built in', () => {
  const codes = async (settings: PolicySettings, addresses: readonly string[], slug = 'acme') => {
    await switchOn(slug === 'acme' ? cast.acme : cast.globex, settings)
    const outcomes = await send(world, cast.admin, addresses)
    return outcomes.map((outcome) => (outcome.kind === 'policy_denied' ? outcome.denial.code : outcome.kind))
  }

  test('allowed domains let in those alone; a star stands for what is below', async () => {
    expect(
      await codes({ allowedDomains: ['example.com', '*.acme.test', 'xn--mller-kva.example'] }, [
        'a@example.com',
        'a@sub.example.com',
        'a@dev.acme.test',
        'a@acme.test',
        'a@müller.example',
        'a@notexample.com',
      ]),
    ).toEqual([
      'invited',
      'domain_not_allowed',
      'invited',
      'domain_not_allowed',
      'invited',
      'domain_not_allowed',
    ])
  })

  test('blocked domains keep out those alone', async () => {
    expect(
      await codes({ blockedDomains: ['rival.example', '*.rival.example', 'xn--mller-kva.example'] }, [
        'a@RIVAL.example',
        'a@mail.rival.example',
        'a@myrival.example',
        'a@Müller.example',
      ]),
    ).toEqual(['domain_blocked', 'domain_blocked', 'invited', 'domain_blocked'])
  })

  test('no free mail, and no disposable addresses, those below such a domain included', async () => {
    const addresses = [
      'a@gmail.com',
      'a@web.de',
      'a@fastmail.com',
      'a@mailinator.com',
      'a@x.mailinator.com',
      'a@acme.test',
    ]
    expect(await codes({ noFreeMail: true, noDisposable: true }, addresses)).toEqual([
      'free_mail_address',
      'free_mail_address',
      'free_mail_address',
      'free_mail_address',
      'disposable_address',
      'invited',
    ])
    expect(await codes({ noDisposable: true }, addresses.slice(3, 5))).toEqual([
      'disposable_address',
      'disposable_address',
    ])
  })

  test('those of the organization decide first, then the deployment’s', async () => {
    registerPolicy(create, () => deny(NO))
    expect(await codes({ blockedDomains: ['example.com'] }, [JANE, 'a@acme.test'])).toEqual([
      'domain_blocked',
      'no',
    ])
  })

  test('one organization’s decide nothing in another', async () => {
    expect(await codes({ blockedDomains: ['example.com'] }, [JANE], 'globex')).toEqual(['invited'])
  })

  test('decide when what was sent before is resent, and never when it is revoked', async () => {
    await send(world, cast.admin, JANE)
    await switchOn(cast.acme, { blockedDomains: ['example.com'] })
    const ids = [await idOf(JANE)]
    expect(await resend(world, cast.admin, ids)).toMatchObject([
      { kind: 'policy_denied', denial: { code: 'domain_blocked' } },
    ])
    expect(await revoke(world, cast.admin, ids)).toMatchObject([{ kind: 'done' }])
  })

  test('roles that need approval wait for it, and what was sent before without it is not resent', async () => {
    await send(world, cast.admin, JANE, { role: 'admin' })
    await switchOn(cast.acme, { approvalRoles: ['admin'] })
    expect(await send(world, cast.admin, JOE, { role: 'admin' })).toMatchObject([{ awaitsApproval: true }])
    expect(await send(world, cast.admin, 'a@acme.test', { role: 'viewer' })).toMatchObject([
      { kind: 'invited' },
    ])
    const ids = [await idOf(JANE)]
    expect(await resend(world, cast.admin, ids)).toMatchObject([
      { kind: 'policy_denied', denial: { code: 'approval_required' } },
    ])
    await run('update invitation set approved_at = ? where id = ?', START, ids[0])
    expect(await resend(world, cast.admin, ids)).toMatchObject([{ kind: 'done' }])
  })
})

// START is Sunday noon.
const MONDAY = START + 21 * HOUR
const OFFICE: WorkingHours = { days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60, outside: 'hold' }
const LIFE = 7 * DAY

const times = async () =>
  rows('select expires_at, remind_at, mail_state, mail_reason from invitation order by address')

describe('outside working hours', () => {
  test('a mail waits for the next, and the invitation lasts and reminds from then', async () => {
    await switchOn(cast.acme, { workingHours: OFFICE })
    expect(await send(world, cast.admin, JANE)).toMatchObject([
      { kind: 'invited', waitsUntil: MONDAY, heldFor: 'Outside working hours' },
    ])
    expect(await times()).toEqual([
      {
        expires_at: MONDAY + LIFE,
        remind_at: MONDAY + LIFE / 2,
        mail_state: 'queued',
        mail_reason: 'Outside working hours',
      },
    ])
    expect(await rows('select due_at, quota_day from delivery')).toEqual([
      { due_at: MONDAY, quota_day: Math.floor(MONDAY / DAY) },
    ])
    const [event] = await rows<{ detail: string }>(
      "select detail from audit_event where action = 'invitation.sent'",
    )
    expect(JSON.parse(event?.detail ?? '')).toMatchObject({
      waitsUntil: MONDAY,
      waitsFor: 'Outside working hours',
    })
  })

  test('it leaves then and not before, whoever names it', async () => {
    await switchOn(cast.acme, { workingHours: OFFICE })
    await send(world, cast.admin, JANE)
    expect(world.messages).toEqual([])
    const { id } = await deliveryTo(JANE)
    world.clock.now = MONDAY - 1
    await world.cron('* * * * *')
    await world.consume([{ delivery: id }])
    await world.drain()
    expect(world.mails).toEqual([])
    world.clock.now = MONDAY
    await world.cron('* * * * *')
    await world.drain()
    expect(world.mails.map(({ to }) => to)).toEqual([JANE])
  })

  test('sending and resending are refused where that is set, with when it can be done', async () => {
    await send(world, cast.admin, JOE)
    await switchOn(cast.acme, { workingHours: { ...OFFICE, outside: 'refuse' } })
    const before = await everyRow()
    const denial = {
      code: 'outside_working_hours',
      message: 'Invitations are sent during working hours only: Monday to Friday, 09:00 to 17:00',
      remediation: 'Send it again from Mar 2, 2026, 09:00 UTC on.',
    }
    expect(await send(world, cast.admin, JANE)).toMatchObject([{ kind: 'policy_denied', denial }])
    expect(await resend(world, cast.admin, [await idOf(JOE)])).toMatchObject([
      { kind: 'policy_denied', denial },
    ])
    expect(await everyRow()).toEqual(before)
    world.clock.now = MONDAY
    expect(await send(world, cast.admin, JANE)).toMatchObject([{ kind: 'invited', waitsUntil: null }])
  })

  test('clocks are the organization’s', async () => {
    await run("update organization set time_zone = 'Asia/Tokyo' where id = ?", cast.acme.id)
    await switchOn(cast.acme, { workingHours: OFFICE })
    expect(await send(world, cast.admin, JANE)).toMatchObject([{ waitsUntil: START + 12 * HOUR }])
  })

  test('a resend waits too, its old link ends at once, and resent again it takes its own place', async () => {
    await send(world, cast.admin, JANE)
    await switchOn(cast.acme, { workingHours: OFFICE })
    const ids = [await idOf(JANE)]
    expect(await resend(world, cast.admin, ids)).toMatchObject([
      { kind: 'done', waitsUntil: MONDAY, heldFor: 'Outside working hours' },
    ])
    expect(await resend(world, cast.admin, ids)).toMatchObject([{ kind: 'done', waitsUntil: MONDAY }])
    expect(await rows('select generation, state, due_at from delivery order by generation')).toMatchObject([
      { generation: 1, state: 'cancelled' },
      { generation: 2, state: 'cancelled' },
      { generation: 3, state: 'queued', due_at: MONDAY },
    ])
  })

  test('the later of two holds counts, with its reason', async () => {
    await switchOn(cast.acme, { workingHours: OFFICE })
    registerPolicy(create, () => hold(MONDAY + HOUR, 'Launch day'))
    expect(await send(world, cast.admin, JANE)).toMatchObject([
      { waitsUntil: MONDAY + HOUR, heldFor: 'Launch day' },
    ])
  })
})

describe('holds and quotas', () => {
  const told = async (addresses: readonly string[]) =>
    (await send(world, cast.admin, addresses)).map((outcome) =>
      outcome.kind === 'invited' ? [outcome.waitsUntil, outcome.heldFor ?? null] : outcome.kind,
    )
  const list = (count: number, of = 'person') =>
    Array.from({ length: count }, (_, n) => `${of}${n}@example.com`)
  const HELD = 'Outside working hours'

  beforeEach(() => {
    world = createWorld({ INVITATIONS_PER_DAY: '2' })
  })

  test('a held mail counts on the day on which it leaves, and takes no place of today', async () => {
    await switchOn(cast.acme, { workingHours: OFFICE })
    expect(await told(list(2))).toEqual([
      [MONDAY, HELD],
      [MONDAY, HELD],
    ])
    await switchOn(cast.acme, {})
    expect(await told(list(3, 'now'))).toEqual([[null, null], [null, null], 'over_quota'])
  })

  test('what is over that day’s quota waits for the next working hour after it, for the quota’s sake', async () => {
    await switchOn(cast.acme, { workingHours: OFFICE })
    expect(await told(list(5))).toEqual([
      [MONDAY, HELD],
      [MONDAY, HELD],
      [MONDAY + DAY, null],
      [MONDAY + DAY, null],
      'over_quota',
    ])
    expect(await deliveryTo('person2@example.com')).toMatchObject({
      due_at: MONDAY + DAY,
      reason: WAITS_FOR_QUOTA,
    })
    const days = 'select quota_day - ? as day, count(*) as n from delivery group by 1 order by 1'
    expect(await rows(days, Math.floor(MONDAY / DAY))).toEqual([
      { day: 0, n: 2 },
      { day: 1, n: 2 },
    ])
    expect(await told(['late@example.com'])).toEqual(['over_quota'])
  })

  test('over a Friday’s quota the mail waits for Monday, and Monday’s quota counts it', async () => {
    await switchOn(cast.acme, { workingHours: OFFICE })
    world.clock.now = START + 5 * DAY
    const monday = MONDAY + 7 * DAY
    expect(await told(list(3))).toEqual([
      [null, null],
      [null, null],
      [monday, null],
    ])
    world.clock.now = monday
    expect(await told(list(2, 'late'))).toEqual([
      [null, null],
      [monday + DAY, null],
    ])
  })

  test('mails held until different days share the quotas of each, and none is sent beyond them', async () => {
    registerPolicy(create, (context) =>
      forEachAddress(context, (address) =>
        address.startsWith('tomorrow') ? hold(START + DAY, 'Tomorrow') : allow(),
      ),
    )
    const outcomes = await told([...list(4), ...list(2, 'tomorrow')])
    expect(outcomes).toEqual([
      [null, null],
      [null, null],
      'over_quota',
      'over_quota',
      [START + DAY, 'Tomorrow'],
      [START + DAY, 'Tomorrow'],
    ])
    expect(
      await rows(
        'select quota_day - ? as day, count(*) as n from delivery group by 1',
        Math.floor(START / DAY),
      ),
    ).toEqual([
      { day: 0, n: 2 },
      { day: 1, n: 2 },
    ])
  })

  test('resending within quotas keeps the place of the mail it replaces on the day it was held for', async () => {
    await switchOn(cast.acme, { workingHours: OFFICE })
    await told(list(4))
    const ids = await Promise.all(list(4).map(idOf))
    const outcomes = await resend(world, cast.admin, ids)
    expect(outcomes.map((outcome) => (outcome.kind === 'done' ? outcome.waitsUntil : outcome.kind))).toEqual([
      MONDAY,
      MONDAY,
      MONDAY + DAY,
      MONDAY + DAY,
    ])
  })
})
