import type { LinkState } from '../../src/rules/acceptance'
import type { Language } from '../../src/rules/languages'
import type { NameFields } from '../../src/rules/names'
import type { FieldErrors } from '../../src/rules/refusals'
import type { ConnectionPreset } from '../../src/rules/sso'

export type Facts = {
  organization: string
  slug: string
  nameFields: NameFields
  typedAddress: string
  role: string
  roleShown: number
  department: string
  teamNames: string
  inviter: string
  expiresAt: number
  timeZone: string
  /** Of the organization's identity provider, where people can come in through it. */
  connectionPreset: ConnectionPreset | null
  issuer: string | null
}

export type AcceptProps = {
  token: string
  /** Of the page: the browser's where it is one of ours, else the invitation's. */
  language: Language
  state: LinkState
  facts: Facts | null
  viewer: { typedAddress: string } | null
  /** Whom the identity provider has named; the address is '' where it told none. */
  shown: { typedAddress: string } | null
  values: { name: string; firstName: string; lastName: string }
  errors: FieldErrors
  /** Why a policy of the organization does not let the invitee in. */
  denial: { message: string; remediation: string } | null
  change: string
  /** Where a member goes from here, with a notice where it is a page of ours. */
  landing: string
  signIn: string
}
