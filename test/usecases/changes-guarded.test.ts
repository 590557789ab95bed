import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import type { OrganizationContext } from '../../src/context'
import { DAY } from '../../src/rules/dates'
import { resendInvitations, revokeInvitations } from '../../src/usecases/invitations'
import { as, idOf, refusalOf, resend, revoke, send, withKey } from '../support/acting'
import { addApiKey, addCast, freshChange, type Person } from '../support/cast'
import { everyRow } from '../support/dump'
import { meddledDatabase } from '../support/meddling'
import { createWorld, rows, run, START, type World } from '../support/world'

const JANE = 'jane@example.com'

/** Everything that a change of invitations may write. */
const written = async () => {
  const { invitation, invitation_team, delivery, audit_event } = await everyRow()
  return { invitation, invitation_team, delivery, audit_event }
}

const VERBS = { resend: resendInvitations, revoke: revokeInvitations }
const changing = Object.entries(VERBS)

describe.each(changing)('%s', (_, verb) => {
  const change = (ids: readonly string[]) => (ctx: OrganizationContext) =>
    verb(ctx, { ids, change: freshChange() })

  test('is refused to a member, a viewer and an outsider, and changes nothing', async () => {
    const world = createWorld()
    const { admin, member, viewer, outsider } = await addCast()
    await send(world, admin, JANE)
    const ids = [await idOf(JANE)]
    const before = await written()
    for (const who of [member, viewer]) {
      expect(await refusalOf(as(world, who, change(ids)))).toEqual({
        code: 'forbidden',
        permission: 'member:manage',
      })
    }
    expect(await refusalOf(as(world, outsider, change(ids)))).toEqual({ code: 'not_found' })
    expect(await written()).toEqual(before)
  })

  test('does not find another organization’s invitation, alone or among one’s own', async () => {
    const world = createWorld()
    const { admin, outsider } = await addCast()
    await send(world, admin, [JANE, 'joe@example.com'])
    const ids = [await idOf(JANE)]
    const before = await written()
    expect(await as(world, outsider, change(ids), 'globex')).toEqual([{ kind: 'not_found', id: ids[0] }])
    // Not even that its role could not be given says that it exists.
    await run("update invitation set role = 'owner'")
    expect(await as(world, outsider, change(ids), 'globex')).toEqual([{ kind: 'not_found', id: ids[0] }])
    await run("update invitation set role = 'member'")
    expect(await written()).toEqual(before)
    await world.fetch('/o/globex/invitations', {
      cookie: outsider.cookie,
      form: { addresses: 'theirs@example.com', change: freshChange() },
    })
    const mixed = [...ids, await idOf('theirs@example.com')]
    const outcomes = await as(world, outsider, change(mixed), 'globex')
    expect(outcomes.map(({ kind }) => kind)).toEqual(['not_found', 'done'])
    expect(await rows('select * from invitation where address in (?, ?)', JANE, 'joe@example.com')).toEqual(
      before.invitation,
    )
  })

  test('is refused to a read-only key, and done by one that may write', async () => {
    const world = createWorld()
    const { acme, admin } = await addCast()
    await send(world, admin, JANE)
    const ids = [await idOf(JANE)]
    const before = await written()
    const reading = await addApiKey(acme, 'admin', 'read')
    expect(await refusalOf(withKey(world, reading, change(ids)))).toEqual({ code: 'read_only_key' })
    expect(await written()).toEqual(before)
    const writing = await addApiKey(acme, 'admin', 'write')
    expect(await withKey(world, writing, change(ids))).toMatchObject([{ kind: 'done' }])
    expect(await rows('select actor_kind, actor_name from audit_event order by id desc limit 1')).toEqual([
      { actor_kind: 'api_key', actor_name: 'Product' },
    ])
  })

  test('says of hostile ids that there is no such invitation', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    await send(world, admin, JANE)
    const before = await written()
    const ids = ['', "' or 1=1 --", '\u0000', '🎉'.repeat(500), '\ud800', '[]', 'null']
    const outcomes = await as(world, admin, change(ids))
    expect(outcomes.map(({ kind }) => kind)).toEqual(ids.map(() => 'not_found'))
    expect(await as(world, admin, change([]))).toEqual([])
    expect(await written()).toEqual(before)
  })
})

/** Everything that an actor of ours can do to invitations. */
const acts = (world: World, ids: readonly string[]) => ({
  send: (who: Person) => send(world, who, 'new@example.com'),
  renew: (who: Person) => send(world, who, 'expired@example.com'),
  resend: (who: Person) => resend(world, who, ids),
  revoke: (who: Person) => revoke(world, who, ids),
})
const ACTS = ['send', 'renew', 'resend', 'revoke'] as const

describe.each(ACTS)('between the first trip and the commit, somebody about to %s', (act) => {
  test.each([
    ['is demoted', "update member set role = 'member' where user_id = ?"],
    ['is deactivated', "update member set status = 'inactive' where user_id = ?"],
    ['is removed', 'delete from member where user_id = ?'],
  ])('%s: refused, and nothing changes', async (_, meddling) => {
    const calm = createWorld()
    const { admin, owner } = await addCast()
    await send(calm, owner, [JANE, 'expired@example.com'])
    await run("update invitation set expires_at = ? where address = 'expired@example.com'", START)
    const before = await written()
    const meddled = createWorld({ DB: meddledDatabase(() => run(meddling, admin.id)) })
    const does = acts(meddled, [await idOf(JANE), await idOf('expired@example.com')])[act]
    expect(await refusalOf(does(admin))).toEqual({ code: 'forbidden', permission: 'member:manage' })
    expect(await written()).toEqual(before)
    expect(meddled.messages).toEqual([])
    expect((await env.LINKS.list()).keys).toEqual([])
  })
})

test('a key that is revoked, or whose access is taken, between the two trips changes nothing', async () => {
  const calm = createWorld()
  const { acme, admin } = await addCast()
  await send(calm, admin, JANE)
  const ids = [await idOf(JANE)]
  const before = await written()
  for (const meddling of ['update api_key set revoked_at = 1', "update api_key set access = 'read'"]) {
    const key = await addApiKey(acme)
    for (const [, verb] of changing) {
      const meddled = createWorld({ DB: meddledDatabase(() => run(meddling)) })
      const work = withKey(meddled, key, (ctx) => verb(ctx, { ids, change: freshChange() }))
      expect(await refusalOf(work)).toMatchObject({ code: 'forbidden' })
      await run("update api_key set revoked_at = null, access = 'write'")
    }
  }
  expect(await written()).toEqual(before)
})

test('a bulk of a hundred, mixed, gets each its outcome in order, and the others are done', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  const addresses = Array.from({ length: 97 }, (_, n) => `person${n}@example.com`)
  await send(world, admin, addresses)
  const ids = await Promise.all(addresses.map(idOf))
  await run("update invitation set status = 'revoked' where address = 'person3@example.com'")
  await run("update invitation set status = 'declined' where address = 'person4@example.com'")
  await run(
    "update invitation set status = 'expired', expires_at = ? where address = 'person5@example.com'",
    START,
  )
  await run(
    "update invitation set status = 'accepted', accepted_by = ? where address = 'person6@example.com'",
    owner.id,
  )
  ids.splice(50, 0, 'no-such-id', ids[0] ?? '', 'nor-this')
  world.clock.now = START + DAY
  const expected = [...new Set(ids)].map((id, n) => {
    if (id === 'no-such-id' || id === 'nor-this') return 'not_found'
    return ({ 3: 'revoked', 4: 'declined', 6: 'accepted' } as Record<number, string>)[n] ?? 'done'
  })
  const resent = await resend(world, owner, ids)
  expect(resent.map(({ kind }) => kind)).toEqual(expected)
  expect(resent.map(({ id }) => id)).toEqual([...new Set(ids)])
  expect(
    await rows('select id from invitation where generation = 2 and inviter_id = ?', owner.id),
  ).toHaveLength(94)
  expect(world.messages).toHaveLength(97 + 94)
  const revoked = await revoke(world, owner, ids)
  expect(revoked.map(({ kind }) => kind)).toEqual(expected)
  expect(await rows("select id from invitation where status = 'revoked'")).toHaveLength(95)
  expect(await rows("select id from audit_event where action = 'invitation.revoked'")).toHaveLength(94)
})
