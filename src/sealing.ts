import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, errors } from 'jose'
import type { Keys } from './rules/tokens'

/** What is sealed, each apart from the others: what one opens is of no use where another is expected. */
export type Sealed =
  | 'client-secret'
  | 'refresh-token'
  | 'authenticator'
  | 'sso-attempt'
  | 'sso-proof'
  | 'second-step'
  | 'passkey-challenge'

type Ring = { current: Keys; previous: Keys | null }

/** Encrypts what must be read again, as compact JWE (RFC 7516; `dir`, A256GCM) under the current key, named in its header. */
export const seal = ({ current }: Pick<Ring, 'current'>, kind: Sealed, text: string): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: current.link.id, typ: kind })
    .encrypt(current.sealing)

/** What was sealed, or null where it was sealed as something else, is mangled, or its key is gone. */
export const unseal = async (keys: Ring, kind: Sealed, sealed: string): Promise<string | null> => {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(
      sealed,
      ({ kid }) => {
        const key = [keys.current, keys.previous].find((one) => one?.link.id === kid)
        if (!key) throw new errors.JWEDecryptionFailed()
        return key.sealing
      },
      { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
    )
    return protectedHeader.typ === kind ? new TextDecoder().decode(plaintext) : null
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

/** Whether it was sealed under the current key; what was not is sealed again while the key before is still there. */
export const isSealedNow = ({ current }: Pick<Ring, 'current'>, sealed: string): boolean =>
  decodeProtectedHeader(sealed).kid === current.link.id

/** Seals a value that a browser keeps for a while, and that nobody else reads: `expiresAt` in ms. */
export const sealFor = (keys: Pick<Ring, 'current'>, kind: Sealed, value: unknown, expiresAt: number) =>
  seal(keys, kind, JSON.stringify({ value, expiresAt }))

/** The value, or null where it is none of ours or its time is over. Its shape is what this release sealed. */
export const unsealBefore = async <T>(
  keys: Ring,
  kind: Sealed,
  sealed: string | null,
  now: number,
): Promise<T | null> => {
  const text = sealed === null ? null : await unseal(keys, kind, sealed)
  if (text === null) return null
  const { value, expiresAt } = JSON.parse(text) as { value: T; expiresAt: number }
  return expiresAt > now ? value : null
}
