import type { OrganizationContext } from '../context'
import { approvalActions } from '../rules/approval'
import { lastDays } from '../rules/days'
import { statusAt } from '../rules/lifecycle'
import { daysOf, type Filters, funnelOf, MOST_ATTENTION, PERIOD_DAYS } from '../rules/overview'
import { findRole, mayGrant } from '../rules/permissions'
import { type AttentionRow, readOverview as readFacts } from '../storage/overview'
import { authorise } from './authorise'

/** What needs attention, how sending and accepting went in the last 30 days, and what the numbers can be narrowed by. */
export const readOverview = async (ctx: OrganizationContext, filters: Filters) => {
  authorise(ctx, 'member:manage', 'read')
  const { actor, organization, roles, now, settings } = ctx
  const starts = lastDays(now, organization.timeZone, PERIOD_DAYS)
  const asked = { now, starts, filters, seatLimit: settings.seats.limit, actor }
  const facts = await readFacts(ctx.db, organization.id, asked)
  const { approvals, lost, pending, expiring, waiting, expired } = facts.attention
  // What the sweep has not written down yet has expired all the same.
  const live = pending.filter((row) => row.expiresAt > now)
  const gone = pending.filter((row) => row.expiresAt <= now)
  const unanswered = new Set(lost.map(({ id }) => id))
  const others = [...live, ...expiring, ...waiting, ...gone, ...expired]
  const attention = [...approvals, ...lost, ...others.filter(({ id }) => !unanswered.has(id))]
  const asShown = (row: AttentionRow) => {
    const role = findRole(row.role, roles)
    return {
      ...row,
      status: statusAt(row.status, row.expiresAt, now),
      grantable: role !== undefined && mayGrant(actor.role, role),
      approval: approvalActions(actor, row, role),
    }
  }
  return {
    attention: attention.slice(0, MOST_ATTENTION).map(asShown),
    more: attention.length > MOST_ATTENTION,
    /** How many await approval at all, whoever asked for them. */
    awaiting: facts.awaiting,
    funnel: funnelOf(facts.funnel),
    days: daysOf(starts, facts.acceptances),
    median: facts.median,
    seats: facts.seats,
    choices: {
      departments: facts.suggestions.departments,
      teams: facts.suggestions.teams,
      roles: roles.filter(({ key }) => key !== 'owner').map(({ key, name }) => ({ id: key, name })),
    },
  }
}
