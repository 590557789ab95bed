import type { OrganizationContext } from '../context'
import { foldName, hasLink, MAX_NAME, NAME_IS_LINK, tidyName } from '../rules/names'
import {
  ALWAYS_HELD,
  BUILT_IN_ROLES,
  CHOOSABLE_PERMISSIONS,
  can,
  findRole,
  holdsAllOf,
  mayEditRole,
  mayGrant,
  permissionsAmong,
  type Role,
} from '../rules/permissions'
import { type FieldErrors, type Refusal, refuse } from '../rules/refusals'
import { deleteFacts } from '../storage/links'
import {
  commitRole,
  commitRoleChange,
  commitRoleDeletion,
  type Held,
  type Holders,
  type RoleFacts,
  type RoleValues,
  readHeld,
  readHolders,
  wasDone,
} from '../storage/roles'
import { authorise } from './authorise'
import { actorIntent, changing, type Intent, newId } from './changes'

export const MAX_ROLES = 50
export const MAX_DESCRIPTION = 200

export type { Holders }

/** Every role of the organization with how many hold it; whoever manages roles sees them, with or without the members. */
export const listRoles = async (ctx: OrganizationContext): Promise<(Role & Held)[]> => {
  authorise(ctx, can(ctx.actor.role, 'role:manage') ? 'role:manage' : 'member:read', 'read')
  const held = new Map((await readHeld(ctx.db, ctx.organization.id, ctx.roles)).map((one) => [one.key, one]))
  return ctx.roles.map((role) => ({ members: 0, invitations: 0, ...held.get(role.key), ...role }))
}

/** Before the form that makes one is shown. */
export const mayMakeRole = (ctx: OrganizationContext): void => authorise(ctx, 'role:manage', 'write')

/** Why a role is not the actor's to edit or delete; the built-in ones are nobody's. */
const whyNot = ({ actor }: OrganizationContext, role: Role | undefined): Refusal | null => {
  if (!role || role.builtIn) return { code: 'not_found' }
  return mayEditRole(actor.role, role) ? null : { code: 'role_beyond_own' }
}

/** The role that a form is about. @throws Refused not_found, role_beyond_own */
export const showEditableRole = (ctx: OrganizationContext, id: string): Role => {
  authorise(ctx, 'role:manage', 'write')
  const role = findRole(id, ctx.roles)
  const problem = whyNot(ctx, role)
  return problem || !role ? refuse(problem ?? { code: 'not_found' }) : role
}

/** The same with all that hold it, for the form that deletes it. */
export const showDeletableRole = async (
  ctx: OrganizationContext,
  id: string,
): Promise<{ role: Role; holders: Holders }> => {
  const role = showEditableRole(ctx, id)
  return { role, holders: await readHolders(ctx.db, ctx.organization.id, role.key) }
}

export type RoleInput = { name: string; description: string; permissions: readonly string[]; change: string }

const TAKEN = 'There is a role with this name already.'
const FULL = `An organization can have up to ${MAX_ROLES} roles of its own.`

/** No other role is called so; nor is a built-in one, by its name or the key that stands for it. */
const isTaken = (name: string, roles: readonly Role[], id: string | null): boolean => {
  const folded = foldName(name)
  return (
    roles.some((role) => role.key !== id && foldName(role.name) === folded) ||
    BUILT_IN_ROLES.some(({ key }) => key === folded)
  )
}

/** What was typed, tidied; every role holds what all do. */
const tidied = ({ name, description, permissions }: RoleInput): RoleValues => ({
  name: tidyName(name),
  description: tidyName(description),
  permissions: permissionsAmong([...permissions, ALWAYS_HELD]),
})

/** What is wrong with a role's values, told at once; or that they are more than the actor's own. */
const problemWith = (
  ctx: OrganizationContext,
  values: RoleValues,
  { permissions: asked }: RoleInput,
  id: string | null,
): Refusal | null => {
  const { name, description, permissions } = values
  const fields: FieldErrors = {}
  if (!foldName(name)) fields.name = 'Enter a name.'
  else if ([...name].length > MAX_NAME) fields.name = `Up to ${MAX_NAME} characters.`
  else if (hasLink(name)) fields.name = NAME_IS_LINK
  else if (isTaken(name, ctx.roles, id)) fields.name = TAKEN
  if ([...description].length > MAX_DESCRIPTION)
    fields.description = `Up to ${MAX_DESCRIPTION} characters; this has ${[...description].length}.`
  if (asked.some((one) => !CHOOSABLE_PERMISSIONS.some((permission) => permission === one)))
    fields.permissions = 'A role of your own cannot hold one of these.'
  if (Object.keys(fields).length > 0) return { code: 'invalid_input', fields }
  return holdsAllOf(ctx.actor.role, { permissions }) ? null : { code: 'role_beyond_own' }
}

/** Refuses, unless this press is a repetition of one that was done: that one gets its answer. */
const refuseUnlessDone = async (
  ctx: OrganizationContext,
  intent: Intent,
  refusal: Refusal,
): Promise<void> => {
  if (!(await wasDone(ctx.db, intent.changeId))) refuse(refusal)
}

/** Done, by this press or an earlier one; or why not. */
const requireDone = (facts: RoleFacts, refusal: Refusal = { code: 'changed_meanwhile' }): void => {
  if (facts.done) return
  if (!facts.actorMay) refuse({ code: 'forbidden', permission: 'role:manage' })
  if (facts.taken) refuse({ code: 'invalid_input', fields: { name: TAKEN } })
  refuse(refusal)
}

const forgetLinks = (ctx: OrganizationContext, { links }: RoleFacts): void => {
  for (const hash of links) ctx.defer('link.forget', deleteFacts(ctx.links, hash))
}

/**
 * Makes a role of the organization's own, out of permissions that the actor holds.
 * @throws Refused forbidden, invalid_input, role_beyond_own
 */
export const createRole = async (ctx: OrganizationContext, input: RoleInput): Promise<void> => {
  authorise(ctx, 'role:manage', 'write')
  const values = tidied(input)
  const intent = actorIntent(
    ctx,
    input.change,
    'create-role',
    values.name,
    values.description,
    ...values.permissions,
  )
  const problem = problemWith(ctx, values, input, null)
  if (problem) return refuseUnlessDone(ctx, intent, problem)
  const change = { event: newId(), ...changing(ctx, intent) }
  const facts = await commitRole(ctx.db, change, newId(), values, MAX_ROLES)
  const isFull = facts.count >= MAX_ROLES
  requireDone(facts, isFull ? { code: 'invalid_input', fields: { form: FULL } } : undefined)
}

/**
 * Changes a role whose permissions, old and new, the actor holds all.
 * @throws Refused forbidden, not_found, invalid_input, role_beyond_own, changed_meanwhile
 */
export const editRole = async (
  ctx: OrganizationContext,
  /** `shown` is what the form showed of the role, empty where that is not known. */
  input: RoleInput & { id: string; shown: string },
): Promise<void> => {
  authorise(ctx, 'role:manage', 'write')
  const values = tidied(input)
  const intent = actorIntent(
    ctx,
    input.change,
    'edit-role',
    input.id,
    values.name,
    values.description,
    ...values.permissions,
  )
  const role = findRole(input.id, ctx.roles)
  const problem = whyNot(ctx, role) ?? problemWith(ctx, values, input, input.id)
  if (problem || !role) return refuseUnlessDone(ctx, intent, problem ?? { code: 'not_found' })
  if (input.shown && input.shown !== shownOf(role))
    return refuseUnlessDone(ctx, intent, { code: 'changed_meanwhile' })
  if (shownOf(role) === shownOf(values)) return
  const facts = await commitRoleChange(ctx.db, { event: newId(), ...changing(ctx, intent) }, role, values)
  requireDone(facts)
  forgetLinks(ctx, facts)
}

/** A role as a form shows it: an edit of what it was no longer overwrites nothing. */
export const shownOf = ({ name, description, permissions }: RoleValues): string =>
  JSON.stringify([name, description, permissions])

const NEEDS_SUCCESSOR = 'Somebody holds this role. Choose which one they get instead.'
const NOT_WITHOUT_APPROVAL =
  'It needs a second admin’s approval, which outstanding invitations with this role do not have. Revoke them first, or choose another.'
const NOT_FOR_KEYS = 'An API key acts with this role, so choose one that may manage members.'

/** The role to move to, or null where none was named. */
const successorOf = (ctx: OrganizationContext, role: Role, key: string): Role | Refusal | null => {
  if (!key) return null
  const successor = findRole(key, ctx.roles)
  if (!successor || successor.key === role.key)
    return { code: 'invalid_input', fields: { successor: 'Choose another role of the organization.' } }
  return mayGrant(ctx.actor.role, successor) ? successor : { code: 'role_not_grantable' }
}

/**
 * Deletes a role for good. Members, outstanding invitations, API keys and the default role that hold it get the
 * successor in the same moment.
 * @throws Refused forbidden, not_found, role_beyond_own, role_not_grantable, invalid_input, changed_meanwhile
 */
export const deleteRole = async (
  ctx: OrganizationContext,
  input: { id: string; successor: string; change: string },
): Promise<void> => {
  authorise(ctx, 'role:manage', 'write')
  const intent = actorIntent(ctx, input.change, 'delete-role', input.id, input.successor)
  const role = findRole(input.id, ctx.roles)
  const problem = whyNot(ctx, role)
  if (problem || !role) return refuseUnlessDone(ctx, intent, problem ?? { code: 'not_found' })
  const successor = successorOf(ctx, role, input.successor)
  if (successor && 'code' in successor) return refuseUnlessDone(ctx, intent, successor)
  const facts = await commitRoleDeletion(
    ctx.db,
    { event: newId(), ...changing(ctx, intent) },
    role,
    successor && { role: successor, suitsApiKeys: can(successor, 'member:manage') },
  )
  requireDone(facts, whyKept(ctx.organization, facts, successor))
  forgetLinks(ctx, facts)
}

const whyKept = (
  { policies }: OrganizationContext['organization'],
  { holders }: RoleFacts,
  successor: Role | null,
): Refusal => {
  const { members, invitations, apiKeys, isDefault } = holders
  if (!successor && (members + invitations + apiKeys > 0 || isDefault))
    return { code: 'invalid_input', fields: { successor: NEEDS_SUCCESSOR } }
  if (successor && apiKeys > 0 && !can(successor, 'member:manage'))
    return { code: 'invalid_input', fields: { successor: NOT_FOR_KEYS } }
  if (successor && invitations > 0 && policies.approvalRoles?.includes(successor.key))
    return { code: 'invalid_input', fields: { successor: NOT_WITHOUT_APPROVAL } }
  return { code: 'changed_meanwhile' }
}
