import { expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/rules/dates'
import { addCast, addTeam, type Company } from '../support/cast'
import { counting } from '../support/counting'
import { seedInvitations } from '../support/seed'
import { createWorld, run, START } from '../support/world'

const RECENT = 300
const PENDING = 100
const OLD = 5000
const AWAITING = 40

/** The acceptance of every accepted invitation, as its batch writes it; `ago` in ms. */
const seedAcceptances = (company: Company, ago: number) =>
  run(
    `insert into audit_event (id, change_id, organization_id, action, actor_kind, actor_name, target_kind, target_id, target_name, at, detail)
      select 'accepted-' || id, 'accepted-' || id, organization_id, 'invitation.accepted', 'invitee', '', 'invitation', id, '', ?, '{}'
      from invitation where organization_id = ? and status = 'accepted' and first_sent_at <= ?
        and not exists (select 1 from audit_event e where e.id = 'accepted-' || invitation.id)`,
    START - ago,
    company.id,
    START - ago,
  )

/** Months of invitations, of which 30 days hold 300; 100 of those are pending and fresh, and every fourth mail failed. */
const seedMonths = async (company: Company, from: number) => {
  const old = { sentAt: START - 90 * DAY, expiresAt: START - 83 * DAY }
  await seedInvitations(company, OLD, { ...old, status: 'accepted', from })
  await seedInvitations(company, OLD, { ...old, status: 'expired', from: from + OLD })
  await seedAcceptances(company, 80 * DAY)
  const recent = { sentAt: START - 2 * DAY, expiresAt: START + 5 * DAY }
  await seedInvitations(company, RECENT - PENDING, { ...recent, status: 'accepted', from: from + 2 * OLD })
  await seedInvitations(company, PENDING, { ...recent, from: from + 2 * OLD + RECENT - PENDING })
  await seedAcceptances(company, HOUR)
  await seedInvitations(company, AWAITING, {
    ...recent,
    status: 'awaiting_approval',
    from: from + 2 * OLD + RECENT,
  })
}

test('the overview reads what 30 days hold, however long the organization has been there', async () => {
  const world = createWorld()
  const { acme, globex, admin } = await addCast()
  const team = await addTeam(acme, 'Choir')
  await seedMonths(acme, 0)
  await seedMonths(globex, 20_000)
  await run(
    'insert into invitation_team select id, ? from invitation where organization_id = ?',
    team,
    acme.id,
  )
  const { rowsReadBy } = counting(world)
  for (const query of ['', '?department=Department 3&role=member', `?team=${team}&department=Department 3`]) {
    const [
      [
        approvals = 0,
        awaiting = 0,
        pending = 0,
        expired = 0,
        expiring = 0,
        waiting = 0,
        funnel = 0,
        accepted = 0,
      ] = [],
    ] = await rowsReadBy(async () => {
      const page = await world.fetch(`/o/acme${encodeURI(query)}`, { cookie: admin.cookie })
      expect(await page.text()).toContain('Needs attention')
    })
    // A few of each problem; the fresh pending ones; and what the numbers are of, which the median and its days read again.
    const teams = query.includes('team') ? 2 * RECENT : 0
    expect({ approvals, awaiting }, query).toEqual({ approvals: 6, awaiting: AWAITING + 1 })
    expect({ pending, expired, expiring }, query).toEqual({ pending: 24, expired: 24, expiring: 1 })
    expect(waiting, query).toBeLessThanOrEqual(PENDING + 1)
    expect(funnel, query).toBeLessThanOrEqual(RECENT + AWAITING + 1 + teams)
    expect(accepted, query).toBeLessThanOrEqual(6 * (RECENT - PENDING) + 10 + teams)
  }
}, 60_000)
