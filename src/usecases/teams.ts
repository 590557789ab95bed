import type { OrganizationContext } from '../context'
import { foldName, MAX_NAME, tidyName } from '../rules/names'
import { can } from '../rules/permissions'
import { refuse } from '../rules/refusals'
import {
  commitTeam,
  commitTeamDeletion,
  commitTeamName,
  type KnownTeam,
  listTeams as listRows,
  readTeam,
  readTeamNames,
  type TeamFacts,
  type TeamRow,
} from '../storage/teams'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'

export const MAX_TEAMS = 200

/** Whoever manages teams sees them, with or without the members. */
export const listTeams = (ctx: OrganizationContext): Promise<TeamRow[]> => {
  authorise(ctx, can(ctx.actor.role, 'team:manage') ? 'team:manage' : 'member:read', 'read')
  return listRows(ctx.db, ctx.organization.id)
}

/** The team that a form is about. @throws Refused not_found, also for another organization's team. */
export const showTeam = async (ctx: OrganizationContext, id: string): Promise<TeamRow> => {
  authorise(ctx, 'team:manage', 'write')
  return (await readTeam(ctx.db, ctx.organization.id, id)) ?? refuse({ code: 'not_found' })
}

/** Before the form that makes one is shown. */
export const mayMakeTeam = (ctx: OrganizationContext): void => authorise(ctx, 'team:manage', 'write')

const TAKEN = 'There is a team with this name already.'
const FULL = `An organization can have up to ${MAX_TEAMS} teams.`

const refuseName = (words: string): never => refuse({ code: 'invalid_input', fields: { name: words } })

/** A name that can be seen, is not too long, and that no other of the teams has. */
const requireName = (name: string, others: readonly KnownTeam[]): void => {
  if (!foldName(name)) refuseName('Enter a name.')
  if ([...name].length > MAX_NAME) refuseName(`Up to ${MAX_NAME} characters.`)
  if (others.some((team) => foldName(team.name) === foldName(name))) refuseName(TAKEN)
}

/** Done, by this press or an earlier one; or why not. */
const requireDone = (facts: TeamFacts, isNew: boolean): void => {
  if (facts.done) return
  if (!facts.actorMay) refuse({ code: 'forbidden', permission: 'team:manage' })
  if (!isNew && !facts.there) refuse({ code: 'not_found' })
  if (facts.taken) refuseName(TAKEN)
  if (isNew && facts.count >= MAX_TEAMS) refuse({ code: 'invalid_input', fields: { form: FULL } })
  refuse({ code: 'changed_meanwhile' })
}

/** @throws Refused forbidden, invalid_input; then nothing was made. */
export const createTeam = async (
  ctx: OrganizationContext,
  input: { name: string; change: string },
): Promise<void> => {
  authorise(ctx, 'team:manage', 'write')
  const name = tidyName(input.name)
  const intent = actorIntent(ctx, input.change, 'create-team', name)
  const { teams, done } = await readTeamNames(ctx.db, ctx.organization.id, intent.changeId)
  if (done) return
  requireName(name, teams)
  const change = { event: newId(), ...changing(ctx, intent) }
  requireDone(await commitTeam(ctx.db, change, { id: newId(), name }, MAX_TEAMS), true)
}

/**
 * Renames a team, unless somebody else did so while the form was filled in: `shown` is what it was called then.
 * @throws Refused forbidden, not_found, invalid_input, changed_meanwhile
 */
export const renameTeam = async (
  ctx: OrganizationContext,
  input: { id: string; name: string; shown: string; change: string },
): Promise<void> => {
  authorise(ctx, 'team:manage', 'write')
  const { id } = input
  const name = tidyName(input.name)
  const intent = actorIntent(ctx, input.change, 'rename-team', id, name)
  const { teams, done } = await readTeamNames(ctx.db, ctx.organization.id, intent.changeId)
  if (done) return
  const known = teams.find((team) => team.id === id) ?? refuse({ code: 'not_found' })
  requireName(
    name,
    teams.filter((team) => team !== known),
  )
  if (known.name === name) return
  if (input.shown && input.shown !== known.name)
    refuseName(`Somebody else renamed it meanwhile, to ${known.name}. Save again to overrule it.`)
  const change = { event: newId(), ...changing(ctx, intent) }
  requireDone(await commitTeamName(ctx.db, change, { id, name, was: known.name }), false)
}

/** Its members and invitations stay. @throws Refused forbidden, not_found */
export const deleteTeam = async (
  ctx: OrganizationContext,
  input: { id: string; change: string },
): Promise<void> => {
  authorise(ctx, 'team:manage', 'write')
  const intent = actorIntent(ctx, input.change, 'delete-team', input.id)
  const change = { event: newId(), ...changing(ctx, intent) }
  requireDone(await commitTeamDeletion(ctx.db, change, input.id), false)
}
