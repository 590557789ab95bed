import { Secret, TOTP } from 'otpauth'
import type { Allowance } from './attempts'
import { MINUTE } from './dates'
import { type RequiredFactor, type SessionStrength, satisfies } from './sign-in'

/** How long somebody whose password was right has to show the second factor, in ms. */
export const SECOND_STEP_WITHIN = 10 * MINUTE

/** Codes tried and not right: fewer for each account than passwords, since a code has six digits alone. */
export const SECOND_STEPS: Allowance = {
  window: 15 * MINUTE,
  limits: { pair: 10, address: 30, network: 100 },
}

/** A passkey can be added without asking for the password again this long after it was typed (ms), where it is the first factor. */
export const FRESH_SIGN_IN = 10 * MINUTE

/** How long the browser's challenge for a passkey counts, in ms. */
export const CHALLENGE_WITHIN = 15 * MINUTE

export const MAX_PASSKEYS = 20
export const MAX_PASSKEY_NAME = 60
export const RECOVERY_CODES = 10

/** What an account has set up besides its password. */
export type Factors = { passkeys: number; authenticator: boolean; recoveryCodes: number }

const hasFactor = ({ passkeys, authenticator }: Factors): boolean => passkeys > 0 || authenticator

/** An account with factors changes them only where it was signed in with one: whoever knows the password alone adds none. */
export const mustShowFactor = (factors: Factors, session: SessionStrength): boolean =>
  hasFactor(factors) && !satisfies('second_factor', session)

/** Whether an account has what an organization asks for, whether or not it was signed in with it. */
export const hasRequired = (required: RequiredFactor, factors: Factors): boolean =>
  required === 'passkey' ? factors.passkeys > 0 : required === 'none' || hasFactor(factors)

/** Seconds that one code of an authenticator app is shown. */
const PERIOD = 30

/** RFC 6238 as every app knows it: SHA-1, six digits, thirty seconds. `secret` is base32. */
const totp = (secret: string, label = ''): TOTP =>
  new TOTP({
    issuer: 'Usher',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD,
    secret: Secret.fromBase32(secret),
  })

/** What an authenticator app reads from the QR code. */
export const otpauthUri = (secret: string, address: string): string => totp(secret, address).toString()

/** A secret of 20 random bytes in base32, as apps take it typed. */
export const base32 = (bytes: Uint8Array<ArrayBuffer>): string => new Secret({ buffer: bytes.buffer }).base32

/** The time step that a code is of, one before and one after now included; null where it is of none. */
export const stepOfCode = (secret: string, code: string, now: number): number | null => {
  const delta = totp(secret).validate({ token: code, timestamp: now, window: 1 })
  return delta === null ? null : Math.floor(now / 1000 / PERIOD) + delta
}

/** Without what is taken for something else. */
export const RECOVERY_ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz'
export const RECOVERY_LENGTH = 10

/** A recovery code as it is shown: `k7m2p-q9x4d`. */
export const shownCode = (code: string): string =>
  `${code.slice(0, RECOVERY_LENGTH / 2)}-${code.slice(RECOVERY_LENGTH / 2)}`

export type TypedCode = { kind: 'authenticator' | 'recovery_code'; code: string }

const RECOVERY = new RegExp(`^[${RECOVERY_ALPHABET}]{${RECOVERY_LENGTH}}$`)

/** What was typed into the field for a code, spaces and dashes aside: one of the app, a recovery code, or neither. */
export const readCode = (typed: string): TypedCode | null => {
  const code = typed
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Pd}]/gu, '')
  if (/^\d{6}$/.test(code)) return { kind: 'authenticator', code }
  return RECOVERY.test(code) ? { kind: 'recovery_code', code } : null
}
