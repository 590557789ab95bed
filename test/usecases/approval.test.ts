import { describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/rules/dates'
import { quotaDayOf } from '../../src/rules/quotas'
import { approveInvitations } from '../../src/usecases/approval'
import { as, idOf, resend, revoke, send } from '../support/acting'
import { approve, approvingCast, askedFor, decline, invitationOf, JANE, REASON } from '../support/approval'
import { actor, target, written } from '../support/audit'
import { addAccount, addMember, freshChange, newAccount } from '../support/cast'
import { deliveriesTo } from '../support/mail'
import { createWorld, linkIn, rows, run, START, tokenIn } from '../support/world'

const kinds = (outcomes: readonly { kind: string }[]) => outcomes.map(({ kind }) => kind)

describe('asking', () => {
  test('holds the address’s one place, sends nothing to its invitee, and is written down with its reason', async () => {
    const world = createWorld()
    const { acme, admin } = await approvingCast()
    const events = await written(async () => {
      const outcomes = await send(world, admin, JANE, { role: 'admin', note: 'Hi' })
      expect(outcomes).toMatchObject([{ kind: 'invited', awaitsApproval: true, waitsUntil: null }])
    })
    const id = await idOf(JANE)
    expect(events).toEqual([
      {
        organization_id: acme.id,
        action: 'invitation.sent',
        ...actor('user', admin.id, 'Ada Admin'),
        ...target('invitation', id, JANE),
        at: START,
        detail: {
          generation: 1,
          role: 'admin',
          department: '',
          note: 'Hi',
          language: 'en',
          teams: [],
          before: null,
          awaiting: REASON,
        },
      },
    ])
    expect(await invitationOf(JANE)).toMatchObject({
      status: 'awaiting_approval',
      approval_reason: REASON,
      approver_id: null,
      approved_at: null,
      inviter_id: admin.id,
    })
    expect(await deliveriesTo(JANE)).toEqual([])
    expect(await send(world, admin, JANE)).toMatchObject([{ kind: 'already_invited', awaitsApproval: true }])
    await expect(
      run(
        `insert into invitation (id, organization_id, address, typed_address, role, status, key_id, token_hash, first_sent_at,
          sent_at, expires_at, inviter_kind, inviter_id, inviter_name, change_id, created_at)
          select 'another', organization_id, address, typed_address, role, 'pending', key_id, 'x', 1, 1, 1, inviter_kind, inviter_id,
          inviter_name, 'x', 1 from invitation`,
      ),
    ).rejects.toThrow('UNIQUE')
  })

  test('only where a policy asks for it: others of the same press go out', async () => {
    const world = createWorld()
    const { admin } = await approvingCast()
    expect(await send(world, admin, JANE, { role: 'member' })).toMatchObject([{ kind: 'invited' }])
    expect(await invitationOf(JANE)).toMatchObject({ status: 'pending', approval_reason: null })
    expect(await deliveriesTo(JANE)).toHaveLength(1)
  })

  test('needs no seat, no quota and no mail, so it works without any left and while sending is paused', async () => {
    const world = createWorld({ INVITATIONS_PER_SENDER_PER_DAY: '2' })
    const { acme, admin, second } = await approvingCast({ seat_limit: 6 })
    await send(world, admin, 'first@example.com')
    expect(kinds(await send(world, admin, 'none@example.com'))).toEqual(['no_seat_left'])
    await run('update organization set sending_paused_at = 1 where id = ?', acme.id)
    const asked = ['a@example.com', 'b@example.com']
    expect(await send(world, admin, asked, { role: 'admin' })).toMatchObject([
      { kind: 'invited', awaitsApproval: true },
      { kind: 'invited', awaitsApproval: true },
    ])
    const ids = await Promise.all(asked.map(idOf))
    expect(kinds(await approve(world, second, ids))).toEqual(['sending_paused', 'sending_paused'])
    await run('update organization set sending_paused_at = null where id = ?', acme.id)
    expect(kinds(await approve(world, second, ids))).toEqual(['no_seat_left', 'no_seat_left'])
    await run('update organization set seat_limit = 7 where id = ?', acme.id)
    expect(kinds(await approve(world, second, ids))).toEqual(['done', 'no_seat_left'])
    expect(await invitationOf('b@example.com')).toMatchObject({ status: 'awaiting_approval' })
  })

  test('tells those who may approve by one mail, whatever their number, and nobody else', async () => {
    const world = createWorld()
    const { acme, admin, owner, second } = await approvingCast()
    await addMember(acme, await addAccount('Ina Inactive', 'ina@acme.test'), 'admin', 'inactive')
    await run(
      `insert into role (id, organization_id, name, permissions, created_at) values ('hr', ?, 'HR', '["organization:read","member:read","member:manage"]', 1)`,
      acme.id,
    )
    await addMember(acme, await addAccount('Hans Hr', 'hans@acme.test'), 'hr')
    await send(world, admin, [JANE, 'joe@example.com'], { role: 'admin' })
    await world.drain()
    expect(world.mails.map(({ to }) => to).sort()).toEqual([owner.address, second.address].sort())
    const [mail] = world.mails
    expect(mail?.subject).toBe('Ada Admin asks you to approve 2 invitations to Acme')
    expect(mail?.text).toContain(JANE)
    expect(mail?.text).toContain('joe@example.com as Admin')
    expect(mail?.text).toContain(REASON)
    expect(mail?.text).toContain('/o/acme/invitations?sort=status')
    expect(await rows('select 1 from delivery where quota_day is not null or sender_id is not null')).toEqual(
      [],
    )
  })

  test('of one alone names it in the mail and leads to its page, with no link to accept it', async () => {
    const world = createWorld()
    const { admin } = await approvingCast()
    await send(world, admin, JANE, { role: 'admin' })
    await world.drain()
    const mail = world.mails.find(({ to }) => to === 'sam.second@acme.test')
    expect(mail?.text).toContain(`/o/acme/invitations/${await idOf(JANE)}`)
    expect(world.mails.map(({ text }) => text).join()).not.toContain('accept-invitation')
  })

  test('anew for one that expired: it awaits again, a generation on, and its old link promises no newer mail', async () => {
    const { world, admin, second, id } = await askedFor()
    await approve(world, second, [id])
    await world.drain()
    const link = linkIn(world.mails.find(({ to }) => to === JANE))
    world.clock.now += 8 * DAY
    expect(await send(world, admin, JANE, { role: 'admin' })).toMatchObject([
      { kind: 'invited', renewed: true, awaitsApproval: true },
    ])
    expect(await invitationOf(JANE)).toMatchObject({
      id,
      generation: 2,
      status: 'awaiting_approval',
      approver_id: null,
      approver_name: null,
      approved_at: null,
      mail_state: 'queued',
    })
    expect(await deliveriesTo(JANE)).toHaveLength(1)
    expect(await (await world.fetch(link)).text()).toContain('expired')
    world.mails.length = 0
    expect(kinds(await approve(world, second, [id]))).toEqual(['done'])
    await world.drain()
    const mail = world.mails.find(({ to }) => to === JANE)
    expect(linkIn(mail)).not.toBe(link)
    expect(await invitationOf(JANE)).toMatchObject({ status: 'pending', generation: 2, first_sent_at: START })
  })
})

describe('approving', () => {
  test('sends it, and its lifetime begins; who asked still answers for it and is told', async () => {
    const { acme, world, admin, second, id } = await askedFor()
    world.clock.now += 30 * DAY
    const now = world.clock.now
    const events = await written(async () => {
      expect(await approve(world, second, [id])).toEqual([
        { kind: 'done', id, address: JANE, waitsUntil: null },
      ])
    })
    expect(events).toEqual([
      {
        organization_id: acme.id,
        action: 'invitation.approved',
        ...actor('user', second.id, 'Sam Second'),
        ...target('invitation', id, JANE),
        at: now,
        detail: {
          generation: 1,
          role: 'admin',
          inviter: 'Ada Admin',
          before: { status: 'awaiting_approval' },
          expiresAt: now + 7 * DAY,
        },
      },
    ])
    expect(await invitationOf(JANE)).toMatchObject({
      status: 'pending',
      generation: 1,
      first_sent_at: now,
      sent_at: now,
      expires_at: now + 7 * DAY,
      inviter_id: admin.id,
      inviter_name: 'Ada Admin',
      approver_id: second.id,
      approver_name: 'Sam Second',
      approved_at: now,
    })
    const [{ remind_at } = { remind_at: null }] = await rows('select remind_at from invitation')
    expect(Number(remind_at)).toBeGreaterThan(now)
    expect(await rows("select sender_id, quota_day from delivery where kind = 'invitation'")).toEqual([
      { sender_id: admin.id, quota_day: quotaDayOf(now) },
    ])
    await world.drain()
    expect(world.mails.map(({ to, subject }) => [to, subject])).toEqual([
      [JANE, 'Ada Admin invites you to join Acme'],
      [admin.address, 'Sam Second approved your invitation of jane@example.com to Acme'],
    ])
    const response = await world.fetch('/accept-invitation', { form: newAccount(tokenIn(world.mails[0])) })
    expect(response.status).toBe(303)
    expect(await invitationOf(JANE)).toMatchObject({ status: 'accepted' })
  })

  test('signs the link with the key of now, whichever it was asked with', async () => {
    const { second, id } = await askedFor()
    const later = createWorld({ ROOT_SECRET: 'a root secret that came after the one before, and is long' })
    expect(kinds(await approve(later, second, [id]))).toEqual(['done'])
    await later.drain()
    const response = await later.fetch(linkIn(later.mails.find(({ to }) => to === JANE)))
    expect(await response.text()).toContain('Ada Admin')
  })

  test('takes what the settings are now: lifetime, names and landing page', async () => {
    const { acme, world, second, id } = await askedFor()
    await run(
      "update organization set invitation_lifetime = 3600, name_fields = 'full', landing_address = 'https://acme.test/in' where id = ?",
      acme.id,
    )
    await approve(world, second, [id])
    expect(await invitationOf(JANE)).toMatchObject({
      expires_at: START + HOUR,
      name_fields: 'full',
      landing_address: 'https://acme.test/in',
    })
  })

  test('counts against the quota of who asked, and waits for the next day where that is used up', async () => {
    const world = createWorld({ INVITATIONS_PER_SENDER_PER_DAY: '1' })
    const { admin, owner, second } = await approvingCast()
    const asked = ['a@example.com', 'b@example.com', 'c@example.com']
    await send(world, admin, asked, { role: 'admin' })
    await send(world, owner, 'd@example.com', { role: 'admin' })
    const ids = await Promise.all([...asked, 'd@example.com'].map(idOf))
    const midnight = (quotaDayOf(START) + 1) * DAY
    expect(await approve(world, second, ids)).toMatchObject([
      { kind: 'done', waitsUntil: null },
      { kind: 'done', waitsUntil: midnight },
      { kind: 'over_quota', quota: 'asker' },
      { kind: 'done', waitsUntil: null },
    ])
    expect(await invitationOf('b@example.com')).toMatchObject({ expires_at: midnight + 7 * DAY })
    expect(await invitationOf('c@example.com')).toMatchObject({ status: 'awaiting_approval' })
  })

  test('keeps to the organization’s quota and to the address’s', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '1' })
    const { admin, second } = await approvingCast()
    const asked = ['a@example.com', 'b@example.com', 'c@example.com']
    await send(world, admin, asked, { role: 'admin' })
    const outcomes = await approve(world, second, await Promise.all(asked.map(idOf)))
    expect(outcomes).toMatchObject([
      { kind: 'done' },
      { kind: 'done' },
      { kind: 'over_quota', quota: 'organization' },
    ])
    const strict = createWorld({ MAILS_PER_ADDRESS_PER_DAY: '1' })
    await run("update invitation set status = 'revoked' where address = 'a@example.com'")
    await send(strict, admin, 'a@example.com', { role: 'admin' })
    expect(await approve(strict, second, [await idOf('a@example.com')])).toMatchObject([
      { kind: 'over_quota', quota: 'address' },
    ])
  })

  test('has the mail wait where a policy holds it, and counts its lifetime from there', async () => {
    // A Sunday at noon.
    const { acme, world, second, id } = await askedFor()
    const hours = { days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60, outside: 'hold' }
    await run(
      'update organization set policies = ? where id = ?',
      JSON.stringify({ approvalRoles: ['admin'], workingHours: hours }),
      acme.id,
    )
    const monday = START + 21 * HOUR
    expect(await approve(world, second, [id])).toMatchObject([
      { kind: 'done', waitsUntil: monday, heldFor: expect.any(String) },
    ])
    expect(await invitationOf(JANE)).toMatchObject({ status: 'pending', expires_at: monday + 7 * DAY })
  })

  test('is refused where a policy would refuse to mail the address now', async () => {
    const { acme, world, second, id } = await askedFor()
    await run(
      'update organization set policies = ? where id = ?',
      JSON.stringify({ blockedDomains: ['example.com'] }),
      acme.id,
    )
    expect(kinds(await approve(world, second, [id]))).toEqual(['policy_denied'])
    expect(await invitationOf(JANE)).toMatchObject({ status: 'awaiting_approval' })
  })

  test('is of what was seen: one that changed meanwhile is not approved', async () => {
    const { world, second, id } = await askedFor()
    const seen = new Map([[id, 'something-else']])
    const press = () =>
      as(world, second, (ctx) => approveInvitations(ctx, { ids: [id], seen, change: freshChange() }))
    expect(await press()).toMatchObject([{ kind: 'changed' }])
    const [{ version } = { version: '' }] = await rows<{ version: string }>(
      "select substr(change_id, 1, 12) || '-' || role as version from invitation",
    )
    seen.set(id, version)
    expect(await press()).toMatchObject([{ kind: 'done' }])
  })

  test('of what does not await approval says what became of it', async () => {
    const { world, admin, second, id } = await askedFor()
    await send(world, admin, 'joe@example.com')
    const pending = await idOf('joe@example.com')
    expect(kinds(await approve(world, second, [pending, id, 'nothing']))).toEqual([
      'not_awaiting_approval',
      'done',
      'not_found',
    ])
    await revoke(world, admin, [id])
    expect(kinds(await approve(world, second, [id]))).toEqual(['revoked'])
    expect(kinds(await decline(world, second, [id]))).toEqual(['revoked'])
  })
})

describe('declining', () => {
  test('ends it without a word to the invitee, tells who asked, and frees the address', async () => {
    const { acme, world, admin, second, id } = await askedFor()
    const events = await written(async () => {
      expect(await decline(world, second, [id])).toEqual([
        { kind: 'done', id, address: JANE, waitsUntil: null },
      ])
    })
    expect(events).toEqual([
      {
        organization_id: acme.id,
        action: 'invitation.approval_declined',
        ...actor('user', second.id, 'Sam Second'),
        ...target('invitation', id, JANE),
        at: START,
        detail: {
          generation: 1,
          role: 'admin',
          inviter: 'Ada Admin',
          before: { status: 'awaiting_approval' },
        },
      },
    ])
    expect(await invitationOf(JANE)).toMatchObject({ status: 'revoked', ended_at: START, approved_at: null })
    await world.drain()
    expect(world.mails.map(({ to, subject }) => [to, subject])).toEqual([
      [admin.address, 'Sam Second declined your invitation of jane@example.com to Acme'],
    ])
    expect(await send(world, admin, JANE)).toMatchObject([{ kind: 'invited', renewed: false }])
  })

  test('several at once tells each who asked once, of theirs', async () => {
    const world = createWorld()
    const { admin, owner, second } = await approvingCast()
    await send(world, admin, ['a@example.com', 'b@example.com'], { role: 'admin' })
    await send(world, owner, 'c@example.com', { role: 'admin' })
    await world.drain()
    world.mails.length = 0
    const ids = await Promise.all(['a', 'b', 'c'].map((name) => idOf(`${name}@example.com`)))
    await decline(world, second, ids)
    await world.drain()
    expect(world.mails.map(({ to, subject }) => [to, subject]).sort()).toEqual([
      [admin.address, 'Sam Second declined 2 of your invitations to Acme'],
      [owner.address, 'Sam Second declined your invitation of c@example.com to Acme'],
    ])
  })
})

test('who asked withdraws it by revoking it, and it is neither resent nor expires', async () => {
  const { world, admin, id } = await askedFor()
  expect(kinds(await resend(world, admin, [id]))).toEqual(['awaits_approval'])
  world.clock.now += 400 * DAY
  await world.cron('*/5 * * * *')
  expect(await invitationOf(JANE)).toMatchObject({ status: 'awaiting_approval' })
  const events = await written(async () => {
    expect(kinds(await revoke(world, admin, [id]))).toEqual(['done'])
  })
  expect(events).toMatchObject([
    { action: 'invitation.revoked', detail: { before: { status: 'awaiting_approval' } } },
  ])
  expect(await invitationOf(JANE)).toMatchObject({ status: 'revoked' })
  expect(await deliveriesTo(JANE)).toEqual([])
})
