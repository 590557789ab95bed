import type { SecondFactor, SignInMethod } from './sign-in'

/** Browser and system as their User-Agent names them: `Firefox on Windows`. */
export const deviceWords = (browser: string | undefined, system: string | undefined): string => {
  if (browser && system) return `${browser} on ${system}`
  return browser || (system ? `A browser on ${system}` : 'An unknown browser')
}

const SECOND: Record<SecondFactor, string> = {
  authenticator: 'a code of an authenticator app',
  recovery_code: 'a recovery code',
  passkey: 'a passkey',
}

export type SignedIn = {
  own: boolean
  method: SignInMethod
  secondFactor: SecondFactor | null
  /** Names of the organizations whose identity providers opened them to it. */
  opened: readonly string[]
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** How somebody signed in: `Password and a passkey`, `Single sign-on of Acme`. */
export const signInWords = ({ own, method, secondFactor, opened }: SignedIn): string => {
  const sso = opened.length > 0 ? `single sign-on of ${listed(opened)}` : ''
  if (!own) return sso ? `S${sso.slice(1)}` : 'Single sign-on'
  const first = method === 'passkey' ? 'Passkey' : 'Password'
  const second = secondFactor && method !== 'passkey' ? ` and ${SECOND[secondFactor]}` : ''
  return `${first}${second}${sso ? `, then ${sso}` : ''}`
}

/** A session as its owner recognizes it. */
export type ShownSession = {
  /** Good for ending it on this page, and for nothing else. */
  id: string
  /** Whether it is the one that looks. */
  isThis: boolean
  device: string
  place: string
  method: string
  since: number
  until: number
}
