import { GOOGLE_ISSUER, issuerProblem, microsoftIssuer, presetOf, tenantOf } from './issuers'
import type { FieldErrors } from './refusals'
import { CONNECTION_PRESETS, type ConnectionPreset } from './sso'

/** The form of a connection, as typed. */
export type ConnectionForm = {
  preset: string
  /** Of Microsoft. */
  tenant: string
  /** Of any other. */
  issuer: string
  clientId: string
  /** Empty keeps the one there is. */
  clientSecret: string
}

/** The connection there is, as its form goes by it. */
export type StoredConnection = { preset: ConnectionPreset; issuer: string; clientId: string }

export const LONGEST_CLIENT_ID = 255
export const LONGEST_SECRET = 1000

/** The field that says which provider it is. */
export const providerField = (preset: string): 'tenant' | 'issuer' | 'preset' => {
  if (preset === 'microsoft') return 'tenant'
  return preset === 'google' ? 'preset' : 'issuer'
}

/** The form of the connection there is, or an empty one. */
export const connectionForm = (stored: StoredConnection | null): ConnectionForm => ({
  preset: stored?.preset ?? 'google',
  tenant: (stored?.preset === 'microsoft' && tenantOf(stored.issuer)) || '',
  issuer: stored?.preset === 'other' ? stored.issuer : '',
  clientId: stored?.clientId ?? '',
  clientSecret: '',
})

/** RFC 6749, appendix A. */
const VISIBLE = /^[\x20-\x7e]+$/

const clientIdProblem = (clientId: string): string | null => {
  if (!clientId) return 'Enter the client ID that the provider gave out.'
  if (clientId.length > LONGEST_CLIENT_ID) return `Up to ${LONGEST_CLIENT_ID} characters.`
  return VISIBLE.test(clientId) ? null : 'A client ID has only ASCII characters.'
}

const secretProblem = (secret: string, isKept: boolean): string | null => {
  if (!secret) return isKept ? null : 'Enter the secret of this client.'
  if (secret.length > LONGEST_SECRET) return `Up to ${LONGEST_SECRET} characters.`
  return VISIBLE.test(secret) ? null : 'A client secret has only ASCII characters.'
}

const readIssuer = (form: ConnectionForm, local: boolean): { issuer: string } | { problem: string } => {
  if (form.preset === 'google') return { issuer: GOOGLE_ISSUER }
  if (form.preset === 'microsoft') return microsoftIssuer(form.tenant)
  const issuer = form.issuer.trim()
  const problem = issuerProblem(issuer, local)
  return problem ? { problem } : { issuer }
}

/** What a form means, or what is wrong beside each of its fields. A secret is null where the one there is stays. */
export const readConnectionForm = (
  form: ConnectionForm,
  stored: StoredConnection | null,
  local: boolean,
): { connection: StoredConnection & { clientSecret: string | null } } | { errors: FieldErrors } => {
  if (!CONNECTION_PRESETS.some((preset) => preset === form.preset))
    return { errors: { preset: 'Choose one of these.' } }
  const provider = readIssuer(form, local)
  const [clientId, secret] = [form.clientId.trim(), form.clientSecret.trim()]
  const issuer = 'issuer' in provider ? provider.issuer : ''
  const isSame = stored !== null && stored.clientId === clientId && stored.issuer === issuer
  const problems = {
    [providerField(form.preset)]: 'problem' in provider ? provider.problem : null,
    clientId: clientIdProblem(clientId),
    clientSecret: secretProblem(secret, isSame),
  }
  const errors = Object.fromEntries(
    Object.entries(problems).flatMap(([field, problem]) => (problem === null ? [] : [[field, problem]])),
  )
  if (Object.keys(errors).length > 0) return { errors }
  return { connection: { preset: presetOf(issuer), issuer, clientId, clientSecret: secret || null } }
}

/** What people call a provider: Google, Microsoft, or where it is. */
export const providerName = ({ preset, issuer }: { preset: ConnectionPreset; issuer: string }): string => {
  if (preset === 'google') return 'Google'
  return preset === 'microsoft' ? 'Microsoft' : (URL.parse(issuer)?.host ?? issuer)
}
