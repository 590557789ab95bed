import { beforeEach, describe, expect, it, test } from 'vitest'
import { allow } from '../../src/policies/policy'
import { invitationPolicies } from '../../src/policies/registry'
import type { PolicySettings } from '../../src/rules/policies'
import { type PolicyForm, policyForm } from '../../src/rules/policy-settings'
import { changePolicies, type PoliciesOutcome, showPolicies } from '../../src/usecases/policies'
import { as, refusalOf, withKey } from '../support/acting'
import { addApiKey, addCast, type Cast, freshChange, type Person } from '../support/cast'
import { everyRow } from '../support/dump'
import { meddledDatabase } from '../support/meddling'
import { registerPolicy, switchOn } from '../support/policies'
import { addRole } from '../support/roles'
import { createWorld, rows, run, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const OFF = policyForm({})
const save = (
  who: Person,
  posted: Partial<PolicyForm>,
  {
    shown = {},
    press = freshChange(),
    slug = 'acme',
  }: { shown?: PolicySettings; press?: string; slug?: string } = {},
): Promise<PoliciesOutcome> =>
  as(world, who, (ctx) => changePolicies(ctx, { posted: { ...OFF, ...posted }, shown, change: press }), slug)

const stored = async (id = cast.acme.id): Promise<unknown> => {
  const [row] = await rows<{ policies: string }>('select policies from organization where id = ?', id)
  return JSON.parse(row?.policies ?? 'null')
}
const events = async () =>
  (
    await rows<{ detail: string }>(
      "select detail from audit_event where action = 'settings.changed' order by id",
    )
  ).map(({ detail }) => JSON.parse(detail) as unknown)

const EVERYTHING: Partial<PolicyForm> = {
  on: ['allowedDomains', 'blockedDomains', 'noFreeMail', 'noDisposable', 'approvalRoles', 'workingHours'],
  allowedDomains: 'Example.com, *.Müller.example\n@acme.test; example.com',
  blockedDomains: 'rival.example',
  approvalRoles: ['admin'],
  days: ['5', '1', '1', 'x'],
  from: '08:30',
  to: '00:00',
  outside: 'refuse',
}
const ALL: PolicySettings = {
  allowedDomains: ['example.com', '*.xn--mller-kva.example', 'acme.test'],
  blockedDomains: ['rival.example'],
  noFreeMail: true,
  noDisposable: true,
  approvalRoles: ['admin'],
  workingHours: { days: [1, 5], from: 510, to: 1440, outside: 'refuse' },
}

describe('built-in policies', () => {
  it('are off until they are switched on, of one organization alone, and stand in a form as they were set', async () => {
    expect(await stored()).toEqual({})
    expect(await save(cast.admin, EVERYTHING)).toEqual({ kind: 'saved' })
    expect(await stored()).toEqual(ALL)
    expect(await stored(cast.globex.id)).toEqual({})
    const { settings } = await as(world, cast.admin, showPolicies)
    const { allowedDomains, days, from, to, outside } = policyForm(settings)
    expect({ allowedDomains, days, from, to, outside }).toEqual({
      allowedDomains: 'example.com\n*.xn--mller-kva.example\nacme.test',
      days: ['1', '5'],
      from: '08:30',
      to: '00:00',
      outside: 'refuse',
    })
  })

  it('are written with one event that names what changed, and what it was before', async () => {
    await save(cast.admin, { on: ['noFreeMail', 'blockedDomains'], blockedDomains: 'a.example' })
    await save(
      cast.admin,
      { on: ['blockedDomains'], blockedDomains: 'a.example b.example' },
      { shown: { noFreeMail: true, blockedDomains: ['a.example'] } },
    )
    expect(await stored()).toEqual({ blockedDomains: ['a.example', 'b.example'] })
    expect(await events()).toEqual([
      {
        blockedDomains: ['a.example'],
        noFreeMail: true,
        before: { blockedDomains: null, noFreeMail: null },
      },
      {
        blockedDomains: ['a.example', 'b.example'],
        noFreeMail: null,
        before: { blockedDomains: ['a.example'], noFreeMail: true },
      },
    ])
  })

  it('name a role of the organization’s own in the event as people know it', async () => {
    const role = await addRole(cast.acme, 'Auditor', ['audit_log:read'])
    await save(cast.owner, { on: ['approvalRoles'], approvalRoles: [role, 'admin', 'owner', 'nobody'] })
    expect(await stored()).toEqual({ approvalRoles: ['admin', role] })
    expect(await events()).toEqual([{ approvalRoles: ['admin', 'Auditor'], before: { approvalRoles: null } }])
  })

  it('saved as they are write nothing', async () => {
    await switchOn(cast.acme, ALL)
    const before = await everyRow()
    expect(await save(cast.admin, EVERYTHING, { shown: ALL })).toEqual({ kind: 'unchanged' })
    expect(await everyRow()).toEqual(before)
  })

  it('pressed twice, also at once, are one change, and both are told it is saved', async () => {
    const press = freshChange()
    const twice = () => save(cast.admin, { on: ['noFreeMail'] }, { press })
    expect(await Promise.all([twice(), twice()])).toEqual([{ kind: 'saved' }, { kind: 'saved' }])
    expect(await twice()).toEqual({ kind: 'saved' })
    expect(await events()).toHaveLength(1)
    // Repeated after somebody has changed it back, it does nothing.
    await save(cast.owner, {}, { shown: { noFreeMail: true } })
    expect(await twice()).toEqual({ kind: 'saved' })
    expect(await stored()).toEqual({})
  })

  it('keep what two people change at once in different ones; of the same one the later is told', async () => {
    await save(cast.owner, { on: ['noFreeMail'] })
    expect(await save(cast.admin, { on: ['noDisposable'] })).toEqual({ kind: 'saved' })
    expect(await stored()).toEqual({ noFreeMail: true, noDisposable: true })
    const late = await save(cast.admin, { on: ['blockedDomains'], blockedDomains: 'a.example' })
    expect(late).toEqual({ kind: 'saved' })
    const overtaken = await save(cast.owner, {
      on: ['blockedDomains', 'noFreeMail'],
      blockedDomains: 'b.example',
    })
    expect(overtaken).toMatchObject({
      kind: 'meanwhile',
      errors: { blockedDomains: expect.stringContaining('Somebody else') },
      policies: { blockedDomains: ['a.example'] },
    })
    expect(await stored()).toEqual({ noFreeMail: true, noDisposable: true, blockedDomains: ['a.example'] })
  })

  it('changed between reading and writing are told, and nobody’s change is lost', async () => {
    const DB = meddledDatabase(() => save(cast.owner, { on: ['noFreeMail'] }))
    const slow = createWorld({ DB })
    const posted = { ...OFF, on: ['noFreeMail', 'noDisposable'] as const }
    const outcome = await as(slow, cast.admin, (ctx) =>
      changePolicies(ctx, { posted, shown: {}, change: freshChange() }),
    )
    expect(outcome).toMatchObject({ kind: 'meanwhile', errors: { noDisposable: expect.any(String) } })
    expect(await stored()).toEqual({ noFreeMail: true })
    expect(await events()).toHaveLength(1)
  })

  it('are not changed by whoever has lost the right to between reading and writing', async () => {
    const DB = meddledDatabase(() =>
      run("update member set role = 'member' where user_id = ?", cast.admin.id),
    )
    const slow = createWorld({ DB })
    const changing = as(slow, cast.admin, (ctx) =>
      changePolicies(ctx, { posted: { ...OFF, on: ['noFreeMail'] }, shown: {}, change: freshChange() }),
    )
    expect(await refusalOf(changing)).toEqual({ code: 'forbidden', permission: 'settings:manage' })
    expect(await stored()).toEqual({})
  })

  test.each<[Partial<PolicyForm>, Record<string, RegExp>]>([
    [{ on: ['allowedDomains'] }, { allowedDomains: /at least one domain/ }],
    [{ on: ['blockedDomains'], blockedDomains: ' , ;' }, { blockedDomains: /at least one domain/ }],
    [
      { on: ['allowedDomains'], allowedDomains: 'example.com no_domain' },
      { allowedDomains: /“no_domain” is no domain/ },
    ],
    [{ on: ['allowedDomains'], allowedDomains: 'localhost' }, { allowedDomains: /“localhost”/ }],
    [{ on: ['allowedDomains'], allowedDomains: '*.*.com' }, { allowedDomains: /no domain/ }],
    [{ on: ['allowedDomains'], allowedDomains: '10.0.0.1' }, { allowedDomains: /no domain/ }],
    [
      {
        on: ['blockedDomains'],
        blockedDomains: Array.from({ length: 201 }, (_, n) => `a${n}.example`).join('\n'),
      },
      { blockedDomains: /Up to 200/ },
    ],
    [{ on: ['approvalRoles'], approvalRoles: ['owner'] }, { approvalRoles: /at least one role/ }],
    [{ on: ['workingHours'], days: [] }, { workingHours: /at least one day/ }],
    [{ on: ['workingHours'], from: '' }, { workingHours: /both times/ }],
    [{ on: ['workingHours'], to: '25:00' }, { workingHours: /both times/ }],
    [{ on: ['workingHours'], from: '17:00', to: '09:00' }, { workingHours: /end after it begins/ }],
  ])('of %j are refused with what is wrong, and nothing is written', async (posted, errors) => {
    const refusal = await refusalOf(save(cast.admin, { ...posted, on: [...(posted.on ?? []), 'noFreeMail'] }))
    expect(refusal).toMatchObject({ code: 'invalid_input' })
    const fields = refusal.code === 'invalid_input' ? refusal.fields : {}
    expect(Object.keys(fields)).toEqual(Object.keys(errors))
    for (const [field, words] of Object.entries(errors)) expect(fields[field]).toMatch(words)
    expect(await stored()).toEqual({})
  })

  it('take a whole top-level domain behind a star', async () => {
    await save(cast.admin, { on: ['blockedDomains'], blockedDomains: '*.Example' })
    expect(await stored()).toEqual({ blockedDomains: ['*.example'] })
  })

  it('are for those who manage settings', async () => {
    const before = await everyRow()
    const forbidden = { code: 'forbidden', permission: 'settings:manage' }
    for (const who of [cast.member, cast.viewer]) {
      expect(await refusalOf(save(who, { on: ['noFreeMail'] }))).toEqual(forbidden)
      expect(await refusalOf(as(world, who, async (ctx) => showPolicies(ctx)))).toEqual(forbidden)
    }
    expect(await refusalOf(save(cast.outsider, { on: ['noFreeMail'] }))).toEqual({ code: 'not_found' })
    const key = await addApiKey(cast.acme, 'admin', 'read')
    const byKey = withKey(world, key, (ctx) =>
      changePolicies(ctx, { posted: { ...OFF, on: ['noFreeMail'] }, shown: {}, change: freshChange() }),
    )
    expect(await refusalOf(byKey)).toEqual({ code: 'read_only_key' })
    expect((await everyRow()).organization).toEqual(before.organization)
  })
})

test('the deployment’s own policies are named with what they decide about', async () => {
  registerPolicy(invitationPolicies.accept, allow, 'second')
  registerPolicy(invitationPolicies.create, allow, 'first')
  registerPolicy(invitationPolicies.resend, allow, 'first')
  expect((await as(world, cast.admin, showPolicies)).own).toEqual([
    { id: 'first', operations: ['create', 'resend'] },
    { id: 'second', operations: ['accept'] },
  ])
})
