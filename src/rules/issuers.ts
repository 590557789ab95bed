import type { ConnectionPreset } from './sso'

const LONGEST_ISSUER = 300

export const GOOGLE_ISSUER = 'https://accounts.google.com'
const MICROSOFT = 'https://login.microsoftonline.com/'

/** What this machine is called; a provider there is for development. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]']

/** Names that lead nowhere outside of some network (RFC 6761, RFC 6762, RFC 8375, and what is common). */
const PRIVATE = /(^|\.)(localhost|local|internal|intranet|private|corp|home|lan|home\.arpa)$/

/**
 * Why a provider cannot be asked at this URL, or null: its words go on after “it”. Only https to a public name is
 * asked, lest somebody points us at what only we can reach; `local` lets this machine in, over http as well.
 */
export const reachProblem = (address: string, local: boolean): string | null => {
  const url = URL.parse(address)
  if (!url) return 'is no URL'
  if (url.username || url.password) return 'has a user name or a password in it'
  const host = url.hostname.replace(/\.$/, '')
  if (local && THIS_MACHINE.includes(host) && /^https?:$/.test(url.protocol)) return null
  if (url.protocol !== 'https:') return 'does not begin with https://'
  if (/^[\d.]+$/.test(host) || host.startsWith('[')) return 'has an IP address for a name'
  return PRIVATE.test(host) || !host.includes('.') ? 'has a name that is not public' : null
}

/** What is wrong with an issuer as typed, in words beside its field, or null. */
export const issuerProblem = (issuer: string, local: boolean): string | null => {
  if (!issuer) return 'Enter the issuer: the provider’s address.'
  if (issuer.length > LONGEST_ISSUER) return `Up to ${LONGEST_ISSUER} characters.`
  const problem = reachProblem(issuer, local)
  if (problem) return `It ${problem}. An issuer is an address like https://id.example.com.`
  if (issuer.includes('?') || issuer.includes('#')) return 'An issuer has nothing behind a ? or a #.'
  if (issuer.includes('/.well-known/')) return 'Enter what stands before /.well-known, which is the issuer.'
  return isMicrosoft(issuer) && !MICROSOFT_TENANT.test(issuer) ? MICROSOFT_WANTS_TENANT : null
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const MICROSOFT_TENANT = new RegExp(`^https://login\\.microsoftonline\\.com/(${UUID})/v2\\.0$`)
/** The tenant that all personal accounts are in, and the names that stand for many. */
const MANY_TENANTS = ['common', 'organizations', 'consumers', '9188040d-6c67-4c5b-b112-36a304b66dad']
const MICROSOFT_WANTS_TENANT =
  'Enter the ID of your own directory (tenant), such as 8eaef023-2b34-4da1-9baa-8bc8c9d6a490, or its domain.'

export const isMicrosoft = (issuer: string): boolean => issuer.startsWith(MICROSOFT)

/** The tenant that a Microsoft issuer names, or null where it names none, or many. */
export const tenantOf = (issuer: string): string | null => {
  const tenant = MICROSOFT_TENANT.exec(issuer)?.[1]
  return tenant && !MANY_TENANTS.includes(tenant) ? tenant : null
}

/** Where a Microsoft tenant, by its ID or one of its domains, is asked; or what is wrong with it. */
export const microsoftIssuer = (typed: string): { issuer: string } | { problem: string } => {
  const tenant = typed.trim().toLowerCase()
  const isName = new RegExp(`^(${UUID}|[a-z0-9-]+(\\.[a-z0-9-]+)+)$`).test(tenant)
  return isName && !MANY_TENANTS.includes(tenant)
    ? { issuer: `${MICROSOFT}${tenant}/v2.0` }
    : { problem: MICROSOFT_WANTS_TENANT }
}

/** The preset that an issuer is of, whichever was chosen: what holds for Google and Microsoft holds for them always. */
export const presetOf = (issuer: string): ConnectionPreset => {
  if (issuer === GOOGLE_ISSUER) return 'google'
  return isMicrosoft(issuer) ? 'microsoft' : 'other'
}
