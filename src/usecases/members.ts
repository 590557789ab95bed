import type { OrganizationContext } from '../context'
import { type ApprovalActions, approvalActions, NO_APPROVAL } from '../rules/approval'
import {
  type MemberActions,
  type MemberFacts,
  type MemberQuery,
  type MemberVerb,
  memberActions,
  memberRefusal,
} from '../rules/members'
import { can, findRole, holdsAllOf, noRole, type Role } from '../rules/permissions'
import { refuse } from '../rules/refusals'
import { type EditableMember, readEditableMember } from '../storage/member-edits'
import { type ListedMember, readMemberPage } from '../storage/member-list'
import { type ChangedMember, commitEnding, type MemberChange, readMember } from '../storage/members'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'

/** What every member sees of their own place: role, department, teams, who invited them. */
export const readOwnMembership = async (ctx: OrganizationContext) => {
  authorise(ctx, 'organization:read', 'read')
  return (await readMember(ctx.db, ctx.organization.id, ctx.actor.id)) ?? refuse({ code: 'not_found' })
}

export const roleOf = ({ roles }: OrganizationContext, key: string): Role =>
  findRole(key, roles) ?? noRole(key)

type Holder = { id: string; role: string; status: 'active' | 'inactive' }

/** What the actor may do with a member; the buttons ask what the changes ask. */
export const actionsFor = (ctx: OrganizationContext, { id, role, status }: Holder): MemberActions =>
  memberActions(ctx.actor, { id, role: roleOf(ctx, role), status })

const approvalOf = (
  { actor, roles }: OrganizationContext,
  { status, role, inviterKind, inviterId, askerId, inviterLoss }: ListedMember,
): ApprovalActions =>
  status === 'awaiting_approval' && inviterKind !== null && inviterId !== null
    ? approvalActions(
        actor,
        { status, inviterKind, inviterId, askerId, inviterLoss: inviterLoss ?? '' },
        findRole(role, roles),
      )
    : NO_APPROVAL

/** One page of members and, for whoever manages them, of outstanding invitations; what can be filtered by, and the seats. */
export const listMembers = async (ctx: OrganizationContext, query: MemberQuery) => {
  authorise(ctx, 'member:read', 'read')
  const { db, organization, now, settings } = ctx
  const manages = can(ctx.actor.role, 'member:manage')
  const page = await readMemberPage(db, organization.id, query, {
    now,
    seatLimit: settings.seats.limit,
    withInvitations: manages,
  })
  const mayGive = (key: string) => key !== 'owner' && holdsAllOf(ctx.actor.role, roleOf(ctx, key))
  return {
    ...page,
    manages,
    rows: page.rows.map((row) => ({
      ...row,
      actions:
        row.kind === 'member'
          ? actionsFor(ctx, {
              id: row.id,
              role: row.role,
              status: row.status === 'inactive' ? 'inactive' : 'active',
            })
          : null,
      /** Of an invitation: whether it can be resent and edited, and what can be done where it awaits approval. */
      grantable: row.kind === 'invitation' && mayGive(row.role),
      approval: approvalOf(ctx, row),
    })),
  }
}

export type ShownMember = EditableMember & { actions: MemberActions }

/** @throws Refused not_found, also for another organization's member. */
export const showMember = async (ctx: OrganizationContext, userId: string): Promise<ShownMember> => {
  authorise(ctx, 'member:read', 'read')
  return readShown(ctx, userId)
}

const readShown = async (ctx: OrganizationContext, userId: string): Promise<ShownMember> => {
  const { found } = await readEditableMember(ctx.db, ctx.organization.id, userId, ctx.now)
  if (!found) return refuse({ code: 'not_found' })
  return { ...found, actions: actionsFor(ctx, { ...found.member, id: userId }) }
}

/** A member to change. @throws Refused forbidden, not_found, member_beyond_own */
export const showEditableMember = async (ctx: OrganizationContext, userId: string): Promise<ShownMember> => {
  authorise(ctx, 'member:manage', 'write')
  const shown = await readShown(ctx, userId)
  return shown.actions.edit ? shown : refuse({ code: 'member_beyond_own' })
}

/** A member to remove. @throws Refused forbidden, not_found, own_membership, member_beyond_own */
export const showRemovable = async (ctx: OrganizationContext, userId: string): Promise<ShownMember> => {
  const shown = await showEditableMember(ctx, userId)
  return shown.actions.remove ? shown : refuse({ code: 'own_membership' })
}

export const factsOf = (ctx: OrganizationContext, userId: string, changed: ChangedMember): MemberFacts => ({
  ...changed,
  member: changed.member && {
    id: userId,
    role: roleOf(ctx, changed.member.role),
    status: changed.member.status,
  },
})

const requireDone = (ctx: OrganizationContext, verb: MemberVerb, userId: string, changed: ChangedMember) => {
  const refusal = memberRefusal(verb, ctx.actor, factsOf(ctx, userId, changed))
  if (refusal) refuse(refusal)
}

/** Whom it was done to, and how many outstanding invitations they sent. */
type Ended = { name: string; sent: number }

export type MemberInput = { id: string; change: string }

const end = async (
  ctx: OrganizationContext,
  verb: 'deactivate' | 'reactivate' | 'remove',
  { id, change }: MemberInput,
): Promise<Ended> => {
  authorise(ctx, 'member:manage', 'write')
  const intent = actorIntent(ctx, change, `${verb}-member`, id)
  const held = ctx.roles.filter((role) => holdsAllOf(ctx.actor.role, role))
  const batch: MemberChange = { ...changing(ctx, intent), event: newId(), userId: id }
  const changed = await commitEnding(ctx.db, verb, batch, held)
  requireDone(ctx, verb, id, changed)
  return { name: changed.name, sent: changed.sent }
}

/**
 * Takes somebody's place away from the next request on; it can be given back. What they have sent
 * is not accepted meanwhile, unless somebody else answers for it.
 * @throws Refused forbidden, not_found, own_membership, member_beyond_own, last_owner, changed_meanwhile
 */
export const deactivateMember = (ctx: OrganizationContext, input: MemberInput) =>
  end(ctx, 'deactivate', input)

/** @throws Refused forbidden, not_found, member_beyond_own, no_seat_left, changed_meanwhile */
export const reactivateMember = (ctx: OrganizationContext, input: MemberInput) =>
  end(ctx, 'reactivate', input)

/**
 * Removes somebody for good; they can be invited again as if new.
 * @throws Refused forbidden, not_found, own_membership, member_beyond_own, last_owner, changed_meanwhile
 */
export const removeMember = (ctx: OrganizationContext, input: MemberInput) => end(ctx, 'remove', input)
