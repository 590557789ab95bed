import { DAY, HOUR } from './dates'
import { LANGUAGES, type Language } from './languages'
import {
  CLOSED_LINK_SETTINGS,
  type ClosedLinkSetting,
  TOLD_ON_ACCEPTANCE,
  type ToldOnAcceptance,
} from './lifecycle'
import {
  hasLink,
  landingOf,
  MAX_NAME,
  NAME_FIELDS,
  NAME_IS_LINK,
  type NameFields,
  ROLE_AT_SENDING,
  type RoleAtSending,
  slugProblem,
  tidyName,
} from './names'
import { REQUIRED_FACTORS, type RequiredFactor } from './sign-in'
import { SSO_REQUIRED, type SsoRequired } from './sso'

/** What an organization's people decide themselves; the names are those of its row. */
export type Settings = {
  name: string
  slug: string
  timeZone: string
  landingAddress: string | null
  /** In seconds. */
  invitationLifetime: number
  defaultRole: string
  roleAtSending: RoleAtSending
  asksDepartment: boolean
  asksTeams: boolean
  nameFields: NameFields
  pendingReservesSeat: boolean
  closedLink: ClosedLinkSetting
  language: Language
  /** Percent of an invitation's lifetime; null for never. */
  reminderAfter: number | null
  toldOnAcceptance: ToldOnAcceptance
  expiryDigest: boolean
  ssoRequired: SsoRequired
  justInTime: boolean
  requiredFactor: RequiredFactor
}
export type Setting = keyof Settings

export const GENERAL_SETTINGS = [
  'name',
  'slug',
  'timeZone',
  'landingAddress',
] as const satisfies readonly Setting[]
export const INVITATION_SETTINGS = [
  'invitationLifetime',
  'defaultRole',
  'roleAtSending',
  'asksDepartment',
  'asksTeams',
  'nameFields',
  'pendingReservesSeat',
  'closedLink',
] as const satisfies readonly Setting[]
export const EMAIL_SETTINGS = [
  'language',
  'reminderAfter',
  'toldOnAcceptance',
  'expiryDigest',
] as const satisfies readonly Setting[]
export const SIGN_IN_SETTINGS = [
  'ssoRequired',
  'justInTime',
  'requiredFactor',
] as const satisfies readonly Setting[]

const HOUR_SECONDS = HOUR / 1000
const DAY_SECONDS = DAY / 1000
const LONGEST = 30 * DAY_SECONDS

/** Lifetimes offered by name, in seconds. */
export const LIFETIME_PRESETS: readonly number[] = [DAY_SECONDS, 7 * DAY_SECONDS]

export const LIFETIME_UNITS = ['hours', 'days'] as const
export type LifetimeUnit = (typeof LIFETIME_UNITS)[number]

/** A lifetime in the largest unit that it is whole in. */
export const lifetimeParts = (seconds: number): { amount: number; unit: LifetimeUnit } =>
  seconds % DAY_SECONDS === 0
    ? { amount: seconds / DAY_SECONDS, unit: 'days' }
    : { amount: seconds / HOUR_SECONDS, unit: 'hours' }

/** `7 days`, `1 hour`; a single day is told in hours. */
export const lifetimeWords = (seconds: number): string => {
  const { amount, unit } = seconds === DAY_SECONDS ? { amount: 24, unit: 'hours' } : lifetimeParts(seconds)
  return `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`
}

/** How a lifetime stands in a form: one of the presets, or `custom` with an amount and its unit. */
export type LifetimeChoice = { choice: string; amount: string; unit: string }

export const lifetimeChoice = (seconds: number): LifetimeChoice => {
  if (LIFETIME_PRESETS.includes(seconds)) return { choice: String(seconds), amount: '', unit: 'days' }
  const { amount, unit } = lifetimeParts(seconds)
  return { choice: 'custom', amount: String(amount), unit }
}

/**
 * What a form's choice comes to, as the text of a number of seconds. An amount typed beside the choice that
 * was shown already is meant too: without scripts typing does not choose.
 */
export const chosenLifetime = (chosen: LifetimeChoice, shown: LifetimeChoice): string => {
  const { choice, amount, unit } = chosen
  const typed = amount.trim() !== '' && amount !== shown.amount && choice === shown.choice
  if (choice !== 'custom' && !typed) return choice
  const number = Number(amount.trim().replace(',', '.') || 'nothing')
  return String(Math.round(number * (unit === 'hours' ? HOUR_SECONDS : DAY_SECONDS)))
}

/** Parts of the lifetime after which a reminder can go that are offered by name, in percent. */
export const REMINDER_PRESETS = [25, 50, 75] as const
const EARLIEST_REMINDER = 10
const LATEST_REMINDER = 90

/** How reminders stand in a form: `off`, one of the presets, or `custom` with a percentage. */
export type ReminderChoice = { choice: string; percent: string }

export const reminderChoice = (percent: number | null): ReminderChoice => {
  if (percent === null) return { choice: 'off', percent: '' }
  return REMINDER_PRESETS.some((preset) => preset === percent)
    ? { choice: String(percent), percent: '' }
    : { choice: 'custom', percent: String(percent) }
}

/** What a form's choice comes to, as the text of the setting; a percentage typed beside it is meant, as with lifetimes. */
export const chosenReminder = (chosen: ReminderChoice, shown: ReminderChoice): string => {
  const percent = chosen.percent.trim()
  const typed = percent !== '' && percent !== shown.percent && chosen.choice === shown.choice
  if (chosen.choice === 'custom' || typed) return percent.replace(/\s*%$/, '') || 'nothing'
  return chosen.choice === 'off' ? '' : chosen.choice
}

let zones: readonly string[] | null = null

/** The time zones that can be chosen: UTC, which not every platform lists, then the others by name. */
export const timeZones = (): readonly string[] => {
  zones ??= ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]
  return zones
}

export const LONGEST_LANDING = 500

/** Why nobody can land there, or null. */
const landingProblem = (address: string): string | null => {
  if (address.length > LONGEST_LANDING) return `Up to ${LONGEST_LANDING} characters.`
  if (landingOf(address) !== null) return null
  if (/^\/o(?:[/?#]|$)/.test(address))
    return 'Not a page of the console, which a new member may not be allowed to open. Leave it empty for the organization’s page.'
  return 'Enter a path that begins with one /, or an address that begins with https://.'
}

/** What was posted for a setting, as it would be stored, or what is wrong with it. */
export type Read<T> = { value: T } | { problem: string }

const choice = <T extends string>(known: readonly T[], text: string): Read<T> => {
  const value = known.find((one) => one === text)
  return value === undefined ? { problem: 'Choose one of these.' } : { value }
}

const yesOrNo = (text: string): Read<boolean> =>
  text === 'yes' || text === 'no' ? { value: text === 'yes' } : { problem: 'Choose one of these.' }

/** How each setting is read from a form's text; whether a role may be given is not known here. */
export const READERS: { [S in Setting]: (text: string) => Read<Settings[S]> } = {
  name: (text) => {
    const value = tidyName(text)
    if (!value) return { problem: 'Enter the organization’s name.' }
    if ([...value].length > MAX_NAME) return { problem: `Up to ${MAX_NAME} characters.` }
    return hasLink(value) ? { problem: NAME_IS_LINK } : { value }
  },
  slug: (text) => {
    const value = text.trim()
    const problem = slugProblem(value)
    return problem ? { problem } : { value }
  },
  timeZone: (text) => (timeZones().includes(text) ? { value: text } : { problem: 'Choose a time zone.' }),
  landingAddress: (text) => {
    const value = text.trim()
    if (!value) return { value: null }
    const problem = landingProblem(value)
    return problem ? { problem } : { value }
  },
  invitationLifetime: (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    return Number.isSafeInteger(value) && value >= HOUR_SECONDS && value <= LONGEST
      ? { value }
      : { problem: 'Between 1 hour and 30 days.' }
  },
  defaultRole: (text) => (text ? { value: text } : { problem: 'Choose a role.' }),
  roleAtSending: (text) => choice(ROLE_AT_SENDING, text),
  asksDepartment: yesOrNo,
  asksTeams: yesOrNo,
  nameFields: (text) => choice(NAME_FIELDS, text),
  pendingReservesSeat: yesOrNo,
  closedLink: (text) => choice(CLOSED_LINK_SETTINGS, text),
  language: (text) => choice(LANGUAGES, text),
  reminderAfter: (text) => {
    if (text === '') return { value: null }
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    return value >= EARLIEST_REMINDER && value <= LATEST_REMINDER
      ? { value }
      : { problem: `Between ${EARLIEST_REMINDER} and ${LATEST_REMINDER} percent, a whole number.` }
  },
  toldOnAcceptance: (text) => choice(TOLD_ON_ACCEPTANCE, text),
  expiryDigest: yesOrNo,
  ssoRequired: (text) => choice(SSO_REQUIRED, text),
  justInTime: yesOrNo,
  requiredFactor: (text) => choice(REQUIRED_FACTORS, text),
}

export const SETTINGS: readonly Setting[] = [
  ...GENERAL_SETTINGS,
  ...INVITATION_SETTINGS,
  ...EMAIL_SETTINGS,
  ...SIGN_IN_SETTINGS,
]

/** A setting as it stands in a form. */
export const settingText = (value: Settings[Setting]): string => {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return value === null ? '' : String(value)
}

/** Settings as a form has them. */
export type SettingTexts = Partial<Record<Setting, string>>

export const settingTexts = (settings: Settings): Record<Setting, string> => {
  const texts = SETTINGS.map((setting) => [setting, settingText(settings[setting])])
  return Object.fromEntries(texts) as Record<Setting, string>
}
