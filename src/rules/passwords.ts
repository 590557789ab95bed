const MIN_LENGTH = 8
const MAX_LENGTH = 128

let commonPasswords: Set<string> | undefined

/**
 * The form in which a password is counted, compared and hashed, so that it is the same from every keyboard:
 * Unicode NFKC (NIST SP 800-63B, 3.1.1.2). Spaces count and stay.
 */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC')
}

/**
 * What is wrong with a new password, in words for the person who chose it, or null. 8 to 128 characters (code
 * points), no rules of composition, nothing from the list of common passwords and not the person's own address:
 * NIST SP 800-63B, 3.1.1.2, and OWASP's Authentication Cheat Sheet.
 */
export async function passwordProblem(password: string, about: { address: string }): Promise<string | null> {
  const chosen = normalizePassword(password)
  const length = [...chosen].length
  if (length < MIN_LENGTH) return `Use at least ${MIN_LENGTH} characters.`
  if (length > MAX_LENGTH) return `Use at most ${MAX_LENGTH} characters.`
  const folded = chosen.toLowerCase()
  const address = normalizePassword(about.address).trim().toLowerCase()
  if (folded === address || folded === address.slice(0, address.lastIndexOf('@')))
    return 'Your address is too easy to guess: choose something else.'
  if ((await common()).has(folded)) return 'Too many people use this password: choose a rarer one.'
  return null
}

/** Imported late: the list unpacks when it is first loaded, which opening a page should not wait for. */
async function common(): Promise<Set<string>> {
  if (commonPasswords) return commonPasswords
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  commonPasswords = new Set(dictionary['passwords-common'].filter((entry) => entry.length >= MIN_LENGTH))
  return commonPasswords
}
