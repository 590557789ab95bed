import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { Context } from '../context'
import { sha256 } from '../rules/tokens'
import type { UsedPasskey } from '../storage/factors'
import type { NewPasskey, StoredPasskey } from '../storage/passkeys'

/** Imported late: it unpacks much that opening a page should not wait for. */
const library = () => import('@simplewebauthn/server')

/** The relying party: this deployment's host, whatever a request says. */
const partyOf = ({ settings }: Context) => ({
  rpID: new URL(settings.appUrl).hostname,
  origin: settings.appUrl,
})

/** What authenticators know an account by: the same for all its passkeys, and nothing can be read from it. */
const handleOf = (userId: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(sha256(`usher/passkey-user/${userId}`), 'hex'))

type Known = Pick<StoredPasskey, 'id' | 'transports'>

const descriptors = (known: readonly Known[]) =>
  known.map(({ id, transports }) => ({ id, transports: JSON.parse(transports) as string[] }))

/** What `navigator.credentials.create` is asked for, as JSON. */
export const creationOptions = async (
  ctx: Context,
  challenge: string,
  account: { id: string; address: string; name: string },
  known: readonly Known[],
): Promise<string> => {
  const { generateRegistrationOptions } = await library()
  return JSON.stringify(
    await generateRegistrationOptions({
      rpName: 'Usher',
      rpID: partyOf(ctx).rpID,
      challenge: Buffer.from(challenge, 'base64url'),
      userID: handleOf(account.id),
      userName: account.address,
      userDisplayName: account.name,
      timeout: 300_000,
      attestationType: 'none',
      excludeCredentials: descriptors(known),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    }),
  )
}

/** What `navigator.credentials.get` is asked for, as JSON: one of these passkeys, or without them whichever there is. */
export const requestOptions = (
  ctx: Context,
  challenge: string,
  known: readonly Known[] | null = null,
): string =>
  JSON.stringify({
    challenge,
    rpId: partyOf(ctx).rpID,
    timeout: 300_000,
    userVerification: 'required',
    ...(known && {
      allowCredentials: descriptors(known).map((one) => ({ ...one, type: 'public-key' })),
    }),
  })

/** A credential as a page posts it; null where it is none. What is in it is checked by whoever verifies it. */
const parsed = <T extends { id: string }>(posted: string): T | null => {
  try {
    const value: unknown = JSON.parse(posted)
    return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
      ? (value as T)
      : null
  } catch {
    return null
  }
}

/** The id of the passkey that a posted signature says it is of; empty where it says nothing. */
export const credentialId = (posted: string): string =>
  parsed<AuthenticationResponseJSON>(posted)?.id.slice(0, 1500) ?? ''

/** What a new passkey is, or null where the answer is none to this challenge. */
export const verifyCreation = async (
  ctx: Context,
  challenge: string,
  posted: string,
): Promise<Omit<NewPasskey, 'name'> | null> => {
  const response = parsed<RegistrationResponseJSON>(posted)
  if (!response) return null
  const { verifyRegistrationResponse } = await library()
  const { rpID, origin } = partyOf(ctx)
  // Whatever does not verify is thrown, in words of the library's for whoever develops with it.
  const verified = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpID,
    requireUserVerification: true,
  }).catch(() => null)
  if (!verified?.verified) return null
  const { credential, credentialBackedUp } = verified.registrationInfo
  return {
    id: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: (credential.transports ?? []).filter((one) => /^[a-z-]{1,20}$/.test(one)).slice(0, 10),
    backedUp: credentialBackedUp,
  }
}

/** What a passkey is after it signed this challenge, or null where it did not. Whether its counter rose is the batch's to decide. */
export const verifySignature = async (
  ctx: Context,
  challenge: string,
  posted: string,
  passkey: StoredPasskey,
): Promise<UsedPasskey | null> => {
  const response = parsed<AuthenticationResponseJSON>(posted)
  if (!response) return null
  // WebAuthn, 7.2: what signed says whose it is, and that is whose passkey it is here.
  const handle = response.response?.userHandle
  if (handle && handle !== Buffer.from(handleOf(passkey.userId)).toString('base64url')) return null
  const { verifyAuthenticationResponse } = await library()
  const { rpID, origin } = partyOf(ctx)
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpID,
    credential: {
      id: passkey.id,
      publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
      counter: 0,
    },
    requireUserVerification: true,
  }).catch(() => null)
  if (!verified?.verified) return null
  const { newCounter, credentialBackedUp } = verified.authenticationInfo
  return { id: passkey.id, counter: newCounter, backedUp: credentialBackedUp }
}
