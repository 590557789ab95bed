import type { Organization, OrganizationContext } from '../context'
import { findRole, grantableRoles, mayGrant, type Role } from '../rules/permissions'
import { type FieldErrors, refuse } from '../rules/refusals'
import {
  GENERAL_SETTINGS,
  READERS,
  SETTINGS,
  type Setting,
  type Settings,
  type SettingTexts,
  settingText,
  settingTexts,
} from '../rules/settings'
import { commitSettings } from '../storage/settings'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'

const settingsOf = (organization: Organization): Settings => {
  const { name, slug, timeZone, landingAddress, invitationLifetime, defaultRole, roleAtSending } =
    organization
  const { asksDepartment, asksTeams, nameFields, pendingReservesSeat, closedLink } = organization
  const { language, reminderAfter, toldOnAcceptance, expiryDigest } = organization
  const { ssoRequired, justInTime, requiredFactor } = organization
  return {
    ...{ name, slug, timeZone, landingAddress, invitationLifetime, defaultRole, roleAtSending },
    ...{ asksDepartment, asksTeams, nameFields, pendingReservesSeat, closedLink },
    ...{ language, reminderAfter, toldOnAcceptance, expiryDigest },
    ...{ ssoRequired, justInTime, requiredFactor },
  }
}

/** The settings as they are, and the roles that may be made the default. */
export const showSettings = (ctx: OrganizationContext): { settings: Settings; roles: Role[] } => {
  authorise(ctx, 'settings:manage', 'read')
  return { settings: settingsOf(ctx.organization), roles: grantableRoles(ctx.actor.role, ctx.roles) }
}

export type SettingsInput = {
  /** A form's texts; a setting that is not among them stays. */
  posted: SettingTexts
  /** What the form showed; a text that is still the same is not meant to be written. */
  shown: SettingTexts
  change: string
  /** The session it is done in, by its hash. */
  session?: string | null
}

export type SettingsOutcome =
  | { kind: 'saved' | 'unchanged'; slug: string }
  /** Somebody else has changed the same settings since the form was shown; nothing was written. */
  | { kind: 'meanwhile'; errors: FieldErrors; settings: Settings }

type Wanted = Map<Setting, Settings[Setting]>

/** What somebody means to change: what differs from what the form showed, read and checked together. */
const readWanted = (posted: SettingTexts, shown: SettingTexts): Wanted => {
  const errors: FieldErrors = {}
  const wanted: Wanted = new Map()
  for (const setting of SETTINGS) {
    const text = posted[setting]
    if (text === undefined || text === shown[setting]) continue
    const read = READERS[setting](text)
    if ('problem' in read) errors[setting] = read.problem
    else if (settingText(read.value) !== shown[setting]) wanted.set(setting, read.value)
  }
  if (Object.keys(errors).length > 0) refuse({ code: 'invalid_input', fields: errors })
  return wanted
}

/** The default role, where one is wanted or whoever joins without an invitation will get it: never more than the saver may grant. */
const readRole = ({ actor, roles, organization }: OrganizationContext, wanted: Wanted): Role | null => {
  const key = wanted.get('defaultRole') ?? (wanted.get('justInTime') ? organization.defaultRole : undefined)
  if (key === undefined) return null
  const role = findRole(String(key), roles)
  if (!role) return refuse({ code: 'invalid_input', fields: { defaultRole: 'There is no such role.' } })
  return mayGrant(actor.role, role) ? role : refuse({ code: 'role_not_grantable' })
}

const told = (setting: Setting, value: Settings[Setting]): string =>
  GENERAL_SETTINGS.some((general) => general === setting) ? `, to “${settingText(value)}”` : ''

/** Why single sign-on cannot be required, as the facts are; null where it can. */
const requiringProblem = (
  to: Settings[Setting] | undefined,
  facts: { connected: boolean; bySso: boolean; ofProvenDomain: boolean },
): string | null => {
  if (to === undefined || to === 'off') return null
  if (!facts.connected) return 'Connect an identity provider and switch it on first.'
  const ofThemselves = to === 'everybody' || facts.ofProvenDomain
  return ofThemselves && !facts.bySso
    ? 'Sign in through the identity provider yourself first, so that nobody is locked out by mistake.'
    : null
}

/** What was wanted and is not so: why, for each. */
const notWritten = (wanted: Wanted, settings: Settings, shown: SettingTexts): FieldErrors =>
  Object.fromEntries(
    [...wanted]
      .filter(([setting, to]) => settings[setting] !== to)
      .map(([setting]) => [
        setting,
        settingText(settings[setting]) === shown[setting]
          ? 'Not saved, since another of these was changed at that moment. Save again.'
          : `Somebody else changed this meanwhile${told(setting, settings[setting])}. Save again to overrule it.`,
      ]),
  )

/**
 * Changes settings, all that were meant or none, in one batch with one event. What two people change at the same
 * time in different fields is kept; in the same field the later one is told.
 * @throws Refused forbidden, invalid_input, role_not_grantable
 */
export const changeSettings = async (
  ctx: OrganizationContext,
  input: SettingsInput,
): Promise<SettingsOutcome> => {
  authorise(ctx, 'settings:manage', 'write')
  const now = settingsOf(ctx.organization)
  const shown = { ...settingTexts(now), ...input.shown }
  const wanted = readWanted(input.posted, shown)
  if (wanted.size === 0) return { kind: 'unchanged', slug: now.slug }
  const role = readRole(ctx, wanted)
  const changes = [...wanted].map(([setting, to]) => ({ setting, from: now[setting], to }))
  const overtaken = changes.some(
    ({ setting, from, to }) => from !== to && settingText(from) !== shown[setting],
  )
  const intent = actorIntent(ctx, input.change, 'settings', JSON.stringify([...wanted]))
  const facts = await commitSettings(ctx.db, {
    event: newId(),
    ...changing(ctx, intent),
    changes: overtaken ? [] : changes.filter(({ from, to }) => from !== to),
    role,
    session: input.session ?? null,
  })
  const { settings } = facts
  if (!settings) return refuse({ code: 'not_found' })
  if (facts.done) return { kind: 'saved', slug: settings.slug }
  if (!facts.actorMay) refuse({ code: 'forbidden', permission: 'settings:manage' })
  if (facts.slugTaken)
    refuse({ code: 'invalid_input', fields: { slug: 'Another organization has this one. Choose another.' } })
  if (!facts.roleThere) refuse({ code: 'role_not_grantable' })
  const problem = requiringProblem(wanted.get('ssoRequired'), facts)
  if (problem) refuse({ code: 'invalid_input', fields: { ssoRequired: problem } })
  const errors = notWritten(wanted, settings, shown)
  return Object.keys(errors).length > 0
    ? { kind: 'meanwhile', errors, settings }
    : { kind: 'unchanged', slug: settings.slug }
}
