import { describe, expect, test } from 'vitest'
import type { OrganizationContext } from '../../src/context'
import { approveInvitations, declineApprovals } from '../../src/usecases/approval'
import { editInvitation } from '../../src/usecases/editing'
import { deleteRole } from '../../src/usecases/roles'
import { sendInvitations } from '../../src/usecases/sending'
import { as, idOf, refusalOf, resend, send, sendInput, withKey } from '../support/acting'
import { approve, approvingCast, askedFor, decline, invitationOf, JANE } from '../support/approval'
import { written } from '../support/audit'
import { addApiKey, type Company, freshChange, type Person } from '../support/cast'
import { everyRow } from '../support/dump'
import { interleaved, merges } from '../support/interleaving'
import { deliveriesTo } from '../support/mail'
import { createWorld, rows, run, type World } from '../support/world'

const kinds = (outcomes: readonly { kind: string }[]) => outcomes.map(({ kind }) => kind)

const VERBS = { approve: approveInvitations, decline: declineApprovals }
const press = { approve, decline }

const edit = (world: World, who: Person, id: string, role: string) =>
  as(world, who, (ctx) => editInvitation(ctx, { id, edits: { role: { to: role } }, change: freshChange() }))

describe.each(Object.entries(VERBS))('%s', (name, verb) => {
  const decide = (ids: readonly string[]) => (ctx: OrganizationContext) =>
    verb(ctx, { ids, change: freshChange() })

  test('is refused to a member, a viewer, an outsider and a read-only key, and changes nothing', async () => {
    const { acme, world, member, viewer, outsider, id } = await askedFor()
    const reading = await addApiKey(acme, 'admin', 'read')
    const before = await everyRow()
    for (const who of [member, viewer])
      expect(await refusalOf(as(world, who, decide([id])))).toEqual({
        code: 'forbidden',
        permission: 'member:manage',
      })
    expect(await refusalOf(as(world, outsider, decide([id])))).toEqual({ code: 'not_found' })
    expect(await as(world, outsider, decide([id]), 'globex')).toEqual([{ kind: 'not_found', id }])
    expect(await refusalOf(withKey(world, reading, decide([id])))).toEqual({ code: 'read_only_key' })
    expect(await everyRow()).toEqual(before)
  })

  test('is not for whoever asked', async () => {
    const { world, admin, id } = await askedFor()
    const before = await everyRow()
    expect(kinds(await as(world, admin, decide([id])))).toEqual(['own_request'])
    expect(await everyRow()).toEqual(before)
  })

  test('pressed twice does it once and answers alike', async () => {
    const { world, second, id } = await askedFor()
    const change = freshChange()
    const first = await press[name === 'approve' ? 'approve' : 'decline'](world, second, [id], change)
    const before = await everyRow()
    expect(await press[name === 'approve' ? 'approve' : 'decline'](world, second, [id], change)).toEqual(
      first,
    )
    expect(await everyRow()).toEqual(before)
  })

  test('is refused to somebody demoted between opening the page and pressing', async () => {
    const { world, second, id } = await askedFor()
    const outcome = refusalOf(
      as(world, second, async (ctx) => {
        await run("update member set role = 'member' where user_id = ?", second.id)
        return verb(ctx, { ids: [id], change: freshChange() })
      }),
    )
    expect(await outcome).toMatchObject({ code: 'forbidden' })
    expect(await invitationOf(JANE)).toMatchObject({ status: 'awaiting_approval' })
  })
})

describe('an API key', () => {
  test('asks too, and any admin approves; the key itself does not', async () => {
    const world = createWorld()
    const { acme, admin } = await approvingCast()
    const key = await addApiKey(acme, 'admin')
    await withKey(world, key, (ctx) => sendInvitations(ctx, sendInput(JANE, { role: 'admin' })))
    const ids = [await idOf(JANE)]
    const own = (ctx: OrganizationContext) => approveInvitations(ctx, { ids, change: freshChange() })
    expect(kinds(await withKey(world, key, own))).toEqual(['own_request'])
    await world.drain()
    expect(world.mails).toHaveLength(3)
    world.mails.length = 0
    expect(kinds(await approve(world, admin, ids))).toEqual(['done'])
    await world.drain()
    expect(world.mails.map(({ to }) => to)).toEqual([JANE])
  })

  /** Makes a key as `who` would. */
  const madeBy = async (acme: Company, who: Person): Promise<string> => {
    const key = await addApiKey(acme, 'admin')
    await run(
      `insert into audit_event (id, change_id, organization_id, action, actor_kind, actor_id, actor_name, target_kind, target_id, target_name, at, detail)
        select id || ':made', id || ':made', organization_id, 'api_key.created', 'user', ?, ?, 'api_key', id, name, 1, '{}'
        from api_key where hint = ?`,
      who.id,
      who.name,
      key.slice(-4),
    )
    return key
  }

  test('approves what others asked for, and not what its maker did', async () => {
    const { acme, world, owner, id } = await askedFor()
    const key = await madeBy(acme, owner)
    await send(world, owner, 'joe@example.com', { role: 'admin' })
    const ids = [id, await idOf('joe@example.com')]
    const outcomes = await withKey(world, key, (ctx) =>
      approveInvitations(ctx, { ids, change: freshChange() }),
    )
    expect(kinds(outcomes)).toEqual(['done', 'own_request'])
    expect(await invitationOf(JANE)).toMatchObject({ approver_name: 'Product' })
  })

  test.each(Object.entries(VERBS))(
    'asks for its maker, so that neither they nor another key of theirs can %s',
    async (_, verb) => {
      const world = createWorld()
      const { acme, admin, second } = await approvingCast()
      const [asking, other] = [await madeBy(acme, admin), await madeBy(acme, admin)]
      await withKey(world, asking, (ctx) => sendInvitations(ctx, sendInput(JANE, { role: 'admin' })))
      const ids = [await idOf(JANE)]
      const decide = (ctx: OrganizationContext) => verb(ctx, { ids, change: freshChange() })
      const before = await everyRow()
      expect(kinds(await as(world, admin, decide))).toEqual(['own_request'])
      expect(kinds(await withKey(world, other, decide))).toEqual(['own_request'])
      expect(await everyRow()).toEqual(before)
      expect(kinds(await as(world, second, decide))).toEqual(['done'])
    },
  )
})

describe('nobody approves', () => {
  test('a role that holds more than their own; they may decline it', async () => {
    const world = createWorld()
    const { acme, admin, second } = await approvingCast()
    await run(
      `insert into role (id, organization_id, name, permissions, created_at) values ('hr', ?, 'HR', '["organization:read","member:read","member:manage"]', 1)`,
      acme.id,
    )
    await run("update member set role = 'hr' where user_id = ?", second.id)
    await send(world, admin, JANE, { role: 'admin' })
    const ids = [await idOf(JANE)]
    expect(kinds(await approve(world, second, ids))).toEqual(['not_grantable'])
    expect(kinds(await decline(world, second, ids))).toEqual(['done'])
  })

  test('what was asked for by somebody who has lost the right to it since', async () => {
    const { world, admin, second, id } = await askedFor()
    for (const [lost, back] of [
      ["role = 'member'", "role = 'admin'"],
      ["status = 'inactive'", "status = 'active'"],
    ]) {
      await run(`update member set ${lost} where user_id = ?`, admin.id)
      expect(kinds(await approve(world, second, [id]))).toEqual(['asker_lost_authority'])
      await run(`update member set ${back} where user_id = ?`, admin.id)
    }
    expect(kinds(await approve(world, second, [id]))).toEqual(['done'])
  })
})

const racing = (who: Person, verb: 'approve' | 'decline', id: string) => async (db: D1Database) => {
  const [outcome] = await press[verb](createWorld({ DB: db }), who, [id])
  return outcome?.kind
}

/** The addresses of as many invitations as there are orders, asked for by Ada. */
const asking = async (orders: number) => {
  const world = createWorld()
  const cast = await approvingCast()
  const addresses = Array.from({ length: orders }, (_, n) => `jane${n}@example.com`)
  await send(world, cast.admin, addresses, { role: 'admin' })
  return { ...cast, addresses }
}

describe('two at once', () => {
  test.each([
    ['approve', 'approve'],
    ['approve', 'decline'],
    ['decline', 'decline'],
  ] as const)('%s and %s: one of them counts, whatever their order', async (one, other) => {
    const orders = merges(one === 'approve' ? 2 : 1, other === 'approve' ? 2 : 1)
    const { owner, second, addresses } = await asking(orders.length)
    for (const [n, order] of orders.entries()) {
      const address = addresses[n] ?? ''
      const id = await idOf(address)
      const answers = await interleaved(order, [racing(owner, one, id), racing(second, other, id)])
      expect(
        answers.filter((kind) => kind === 'done'),
        order.join(),
      ).toHaveLength(1)
      expect(answers.filter((kind) => kind === 'not_awaiting_approval' || kind === 'revoked')).toHaveLength(1)
      const events = await rows(
        "select action from audit_event where target_id = ? and action <> 'invitation.sent'",
        id,
      )
      const { status } = (await invitationOf(address)) ?? {}
      expect(events).toEqual([
        { action: status === 'pending' ? 'invitation.approved' : 'invitation.approval_declined' },
      ])
      expect(await deliveriesTo(address)).toHaveLength(status === 'pending' ? 1 : 0)
    }
  })

  test('approving for the last seat: one of two gets it', async () => {
    const world = createWorld()
    const { admin, owner, second } = await approvingCast({ seat_limit: 6 })
    await send(world, admin, ['a@example.com', 'b@example.com'], { role: 'admin' })
    const [a = '', b = ''] = await Promise.all(['a@example.com', 'b@example.com'].map(idOf))
    const both = await Promise.all([approve(world, owner, [a]), approve(world, second, [b])])
    expect(
      both
        .flat()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['done', 'no_seat_left'])
  })
})

describe('editing', () => {
  test('what awaits approval makes whoever does it the one who asks, so that somebody else approves', async () => {
    const { world, admin, second, id } = await askedFor()
    const events = await written(() => edit(world, second, id, 'member'))
    expect(events).toMatchObject([
      {
        action: 'invitation.edited',
        detail: { role: 'member', inviter: 'Sam Second', before: { role: 'admin', inviter: 'Ada Admin' } },
      },
    ])
    expect(await invitationOf(JANE)).toMatchObject({
      status: 'awaiting_approval',
      role: 'member',
      inviter_id: second.id,
      inviter_name: 'Sam Second',
    })
    expect(kinds(await approve(world, second, [id]))).toEqual(['own_request'])
    expect(kinds(await approve(world, admin, [id]))).toEqual(['done'])
  })

  test('what is out to a role that needs approval is refused, and to another one is not', async () => {
    const world = createWorld()
    const { admin } = await approvingCast()
    await send(world, admin, JANE)
    const id = await idOf(JANE)
    const before = await everyRow()
    expect(await refusalOf(edit(world, admin, id, 'admin'))).toEqual({ code: 'approval_needed' })
    expect(await everyRow()).toEqual(before)
    expect(await edit(world, admin, id, 'viewer')).toMatchObject({ kind: 'edited' })
  })

  test('away from what was approved and back is not approved any more', async () => {
    const { acme, world, admin, second, id } = await askedFor()
    await approve(world, second, [id])
    expect(kinds(await resend(world, admin, [id]))).toEqual(['done'])
    await edit(world, admin, id, 'member')
    expect(await invitationOf(JANE)).toMatchObject({
      approved_at: null,
      approver_name: null,
      approval_reason: null,
    })
    expect(await refusalOf(edit(world, admin, id, 'admin'))).toEqual({ code: 'approval_needed' })
    // Not even where the policy was off meanwhile.
    await run("update organization set policies = '{}' where id = ?", acme.id)
    await edit(world, admin, id, 'admin')
    await run('update organization set policies = ? where id = ?', '{"approvalRoles":["admin"]}', acme.id)
    expect(kinds(await resend(world, admin, [id]))).toEqual(['policy_denied'])
  })

  test('and approving at once: what goes out is what was approved, whatever their order', async () => {
    const orders = merges(2, 2)
    const { owner, admin, addresses } = await asking(orders.length)
    const became = new Set<string>()
    for (const [n, order] of orders.entries()) {
      const address = addresses[n] ?? ''
      const id = await idOf(address)
      await interleaved<unknown>(order, [
        racing(owner, 'approve', id),
        (db) => edit(createWorld({ DB: db }), admin, id, 'member'),
      ])
      const { status, role } = (await invitationOf(address)) ?? {}
      const [approved] = await rows<{ role: string }>(
        "select detail->>'role' as role from audit_event where target_id = ? and action = 'invitation.approved'",
        id,
      )
      const [edited] = await rows<{ at: string }>(
        "select id as at from audit_event where target_id = ? and action = 'invitation.edited'",
        id,
      )
      became.add(`${status}, ${role}, approved as ${approved?.role}, edited: ${edited !== undefined}`)
    }
    expect([...became].sort()).toEqual([
      'awaiting_approval, member, approved as undefined, edited: true',
      'pending, admin, approved as admin, edited: false',
      // Edited after it was approved, to a role that needs no approval.
      'pending, member, approved as admin, edited: true',
      'pending, member, approved as member, edited: true',
    ])
  })

  test('between the look at it and the commit leaves it unapproved, whatever was edited', async () => {
    const { owner, admin, id } = await askedFor()
    const note = (db: D1Database) =>
      as(createWorld({ DB: db }), admin, (ctx) =>
        editInvitation(ctx, { id, edits: { note: { to: 'Something else' } }, change: freshChange() }),
      )
    const [approved] = await interleaved<unknown>([0, 1, 1, 0], [racing(owner, 'approve', id), note])
    expect(approved).toBe('changed')
    expect(await invitationOf(JANE)).toMatchObject({ status: 'awaiting_approval', note: 'Something else' })
  })
})

test('a role that goes takes its approval along; its successor is none that would need one', async () => {
  const world = createWorld()
  const { acme, owner, admin, second } = await approvingCast()
  await run(
    'update organization set policies = ? where id = ?',
    '{"approvalRoles":["lead","admin"]}',
    acme.id,
  )
  await run(
    `insert into role (id, organization_id, name, permissions, created_at) values ('lead', ?, 'Lead', '["organization:read"]', 1)`,
    acme.id,
  )
  await send(world, admin, JANE, { role: 'lead' })
  const id = await idOf(JANE)
  await approve(world, second, [id])
  const remove = (successor: string) =>
    as(world, owner, (ctx) => deleteRole(ctx, { id: 'lead', successor, change: freshChange() }))
  expect(await refusalOf(remove('admin'))).toMatchObject({ fields: { successor: expect.any(String) } })
  expect(await invitationOf(JANE)).toMatchObject({ role: 'lead', approver_name: expect.any(String) })
  await remove('member')
  expect(await invitationOf(JANE)).toMatchObject({ role: 'member', approved_at: null, approver_name: null })
  await run(
    'update organization set policies = ? where id = ?',
    '{"approvalRoles":["member","admin"]}',
    acme.id,
  )
  expect(kinds(await resend(world, admin, [id]))).toEqual(['policy_denied'])
})
