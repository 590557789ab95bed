import { canonicalAddress } from './addresses'
import { domainOfAddress } from './domains'
import { among, fieldsOf, listed, names, type Phrase, role, strings, type Teller, type Told } from './pieces'
import { POLICY_KEYS, type PolicyKey, type PolicySettings, type WorkingHours } from './policies'
import type { FieldErrors } from './refusals'
import { clockWords, hoursWords, parseClock } from './working-hours'

/** The built-in policies as a form has them. */
export type PolicyForm = {
  /** Which are ticked. */
  on: readonly PolicyKey[]
  allowedDomains: string
  blockedDomains: string
  approvalRoles: readonly string[]
  days: readonly string[]
  from: string
  to: string
  outside: string
}

const OFFICE_HOURS: WorkingHours = { days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60, outside: 'hold' }

/** How the settings stand in a form; what is off is filled with what most would want. */
export const policyForm = (settings: PolicySettings): PolicyForm => {
  const { days, from, to, outside } = settings.workingHours ?? OFFICE_HOURS
  return {
    on: POLICY_KEYS.filter((key) => settings[key] !== undefined),
    allowedDomains: (settings.allowedDomains ?? []).join('\n'),
    blockedDomains: (settings.blockedDomains ?? []).join('\n'),
    approvalRoles: settings.approvalRoles ?? [],
    days: days.map(String),
    from: clockWords(from),
    // A time field knows no 24:00.
    to: clockWords(to % (24 * 60)),
    outside,
  }
}

export const MAX_LISTED_DOMAINS = 200
const LONGEST_DOMAIN = 253
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** A listed domain, or `*.` before one, in its canonical form: `*.Müller.example` → `*.xn--mller-kva.example`; null for what is none. */
const readListed = (typed: string): string | null => {
  const text = typed
    .normalize('NFKC')
    .replace(/^[^@]*@/, '')
    .replace(/\.$/, '')
  const [, below = '', bare = ''] = /^(\*\.)?(.*)$/s.exec(text) ?? []
  const domain = domainOfAddress(canonicalAddress(`a@${bare}`))
  const labels = domain.split('.')
  const isDomain =
    labels.every((label) => LABEL.test(label)) &&
    labels.length >= (below ? 1 : 2) &&
    !/^\d+$/.test(labels.at(-1) ?? '') &&
    domain.length <= LONGEST_DOMAIN
  return isDomain ? below + domain : null
}

type ReadValue<T> = { value: T } | { problem: string }

const readDomains = (text: string): ReadValue<readonly string[]> => {
  const typed = text.split(/[\s,;]+/).filter(Boolean)
  if (typed.length === 0) return { problem: 'List at least one domain, or switch this off.' }
  const value: string[] = []
  for (const one of typed) {
    const domain = readListed(one)
    if (domain === null)
      return { problem: `“${one.slice(0, 100)}” is no domain: write example.com, or *.example.com.` }
    if (!value.includes(domain)) value.push(domain)
  }
  return value.length > MAX_LISTED_DOMAINS
    ? { problem: `Up to ${MAX_LISTED_DOMAINS} domains; these are ${value.length}.` }
    : { value }
}

const readHours = ({ days: ticked, from: start, to: end, outside }: PolicyForm): ReadValue<WorkingHours> => {
  const days = [1, 2, 3, 4, 5, 6, 7].filter((day) => ticked.includes(String(day)))
  const [from, to] = [parseClock(start), parseClock(end) || (end ? 24 * 60 : null)]
  if (days.length === 0) return { problem: 'Tick at least one day, or switch this off.' }
  if (from === null || to === null || parseClock(end) === null)
    return { problem: 'Enter both times, as in 09:00.' }
  if (from >= to) return { problem: 'It has to end after it begins.' }
  return { value: { days, from, to, outside: outside === 'refuse' ? 'refuse' : 'hold' } }
}

const readRoles = ({ approvalRoles }: PolicyForm, known: readonly string[]): ReadValue<readonly string[]> => {
  const value = known.filter((key) => approvalRoles.includes(key))
  return value.length === 0 ? { problem: 'Tick at least one role, or switch this off.' } : { value }
}

/** What a form's policies come to, or what is wrong with them; `roles` are the keys of those that can be invited. */
export const readPolicies = (
  form: PolicyForm,
  roles: readonly string[],
): { settings: PolicySettings; errors: FieldErrors } => {
  const errors: FieldErrors = {}
  const read = <T>(key: PolicyKey, reading: () => ReadValue<T>): { value?: T } => {
    if (!form.on.includes(key)) return {}
    const result = reading()
    if ('value' in result) return result
    errors[key] = result.problem
    return {}
  }
  const allowedDomains = read('allowedDomains', () => readDomains(form.allowedDomains)).value
  const blockedDomains = read('blockedDomains', () => readDomains(form.blockedDomains)).value
  const approvalRoles = read('approvalRoles', () => readRoles(form, roles)).value
  const workingHours = read('workingHours', () => readHours(form)).value
  const settings: PolicySettings = {
    ...(allowedDomains && { allowedDomains }),
    ...(blockedDomains && { blockedDomains }),
    ...(form.on.includes('noFreeMail') && { noFreeMail: true }),
    ...(form.on.includes('noDisposable') && { noDisposable: true }),
    ...(approvalRoles && { approvalRoles }),
    ...(workingHours && { workingHours }),
  }
  return { settings, errors }
}

const orOff =
  (tell: Teller): Teller =>
  (value) =>
    value === null || value === undefined ? 'off' : tell(value)

const hours: Teller = (value): Phrase | null => {
  const { days, from, to, outside } = fieldsOf(value)
  if (!Array.isArray(days) || typeof from !== 'number' || typeof to !== 'number') return null
  const known = days.filter((day) => typeof day === 'number')
  const rest = outside === 'refuse' ? ', refusing outside of them' : ', holding mails outside of them'
  return [`${hoursWords({ days: known, from, to, outside: 'hold' })}${rest}`]
}

/** How the audit log tells each policy's setting and its values. */
export const TOLD_POLICIES: readonly Told[] = [
  ['allowedDomains', 'the allowed domains', orOff(names)],
  ['blockedDomains', 'the blocked domains', orOff(names)],
  ['noFreeMail', 'the policy against free mail', orOff(among({ 1: 'on' }))],
  ['noDisposable', 'the policy against disposable addresses', orOff(among({ 1: 'on' }))],
  [
    'approvalRoles',
    'the roles that need approval',
    orOff((value) => listed(strings(value).map((label) => [role(label) ?? ''].flat()))),
  ],
  ['workingHours', 'the working hours', orOff(hours)],
]
