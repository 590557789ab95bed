/** What is told of a refusal: a code for programs, what is wrong, and what to do about it. */
export type Denial = { code: string; message: string; remediation: string }

export const asSentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`)

/** Both in one line, for beside an address. */
export const denialWords = ({ message, remediation }: Denial): string =>
  remediation ? `${asSentence(message)} ${remediation}` : message

/** From when to when mails may leave on a working day, in minutes from midnight in the organization's time zone. */
export type WorkingHours = {
  /** 1 for Monday to 7 for Sunday (ISO 8601). */
  days: readonly number[]
  from: number
  to: number
  /** What happens outside of them: the mail waits for the next working hour, or the operation is refused. */
  outside: 'hold' | 'refuse'
}

/** The built-in policies that an organization has switched on; a missing one is off. */
export type PolicySettings = {
  /** Mail domains; a domain stands for itself alone, `*.example.com` for those below it. */
  allowedDomains?: readonly string[]
  blockedDomains?: readonly string[]
  noFreeMail?: true
  noDisposable?: true
  /** Keys of the roles that need a second admin's approval. */
  approvalRoles?: readonly string[]
  workingHours?: WorkingHours
}

export type PolicyKey = keyof PolicySettings
export const POLICY_KEYS = [
  'allowedDomains',
  'blockedDomains',
  'noFreeMail',
  'noDisposable',
  'approvalRoles',
  'workingHours',
] as const satisfies readonly PolicyKey[]

/** Whether a listed domain, or `*.` before one, stands for a mail domain; both in their canonical form. */
export const domainMatches = (listed: string, domain: string): boolean =>
  listed.startsWith('*.') ? domain.endsWith(listed.slice(1)) : domain === listed
