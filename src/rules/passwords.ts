export const MIN_PASSWORD = 8
export const MAX_PASSWORD = 128

export type PasswordProblem =
  | 'password_too_short'
  | 'password_too_long'
  | 'password_is_address'
  | 'password_common'

let commonPasswords: Set<string> | undefined

/**
 * The form in which a password is counted, compared and hashed, so that it is the same from every keyboard:
 * Unicode NFKC (NIST SP 800-63B, 3.1.1.2). Spaces count and stay.
 */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC')
}

/**
 * What is wrong with a new password, or null; the catalogue says it. 8 to 128 characters (code points), no rules of
 * composition, nothing from the list of common passwords and not the person's own address: NIST SP 800-63B, 3.1.1.2,
 * and OWASP's Authentication Cheat Sheet.
 */
export async function passwordProblem(
  password: string,
  about: { address: string },
): Promise<PasswordProblem | null> {
  const chosen = normalizePassword(password)
  const length = [...chosen].length
  if (length < MIN_PASSWORD) return 'password_too_short'
  if (length > MAX_PASSWORD) return 'password_too_long'
  const folded = chosen.toLowerCase()
  const address = normalizePassword(about.address).trim().toLowerCase()
  if (folded === address || folded === address.slice(0, address.lastIndexOf('@')))
    return 'password_is_address'
  return (await common()).has(folded) ? 'password_common' : null
}

/** Imported late: the list unpacks when it is first loaded, which opening a page should not wait for. */
async function common(): Promise<Set<string>> {
  if (commonPasswords) return commonPasswords
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  commonPasswords = new Set(dictionary['passwords-common'].filter((entry) => entry.length >= MIN_PASSWORD))
  return commonPasswords
}
