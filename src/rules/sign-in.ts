/** How a session began: the account's own ways, or an identity provider's word. */
export const SIGN_IN_METHODS = ['password', 'passkey', 'sso'] as const
export type SignInMethod = (typeof SIGN_IN_METHODS)[number]

/** What was shown besides a password. */
export const SECOND_FACTORS = ['authenticator', 'recovery_code', 'passkey'] as const
export type SecondFactor = (typeof SECOND_FACTORS)[number]

/** What an organization asks of its members' own sign-ins: nothing more, a second factor of any kind, or a passkey. */
export const REQUIRED_FACTORS = ['none', 'second_factor', 'passkey'] as const
export type RequiredFactor = (typeof REQUIRED_FACTORS)[number]

export type SessionStrength = { method: SignInMethod; secondFactor: SecondFactor | null }

/** Whether a session shows what an organization asks for. A passkey is two factors in one. */
export const satisfies = (required: RequiredFactor, { method, secondFactor }: SessionStrength): boolean => {
  const withPasskey = method === 'passkey' || secondFactor === 'passkey'
  switch (required) {
    case 'none':
      return true
    case 'passkey':
      return withPasskey
    case 'second_factor':
      return withPasskey || secondFactor !== null
  }
}
