import { Buffer } from 'node:buffer'
import { createHash, randomBytes } from 'node:crypto'

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest()
const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

/** CBOR (RFC 8949) of the few shapes that WebAuthn needs. */
const cbor = (value: unknown): Buffer => {
  const head = (major: number, length: number): Buffer => {
    if (length < 24) return Buffer.from([(major << 5) | length])
    return length < 256
      ? Buffer.from([(major << 5) | 24, length])
      : Buffer.from([(major << 5) | 25, length >> 8, length & 255])
  }
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  if (value instanceof Map)
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])])
  throw new Error('There is no CBOR for this')
}

/** DER of an ECDSA signature whose two numbers come side by side, as WebCrypto makes it. */
const der = (raw: Uint8Array): Buffer => {
  const integer = (bytes: Uint8Array): Buffer => {
    const from = bytes.findIndex((byte) => byte !== 0)
    const short = Buffer.from(bytes.subarray(Math.max(0, from)))
    const positive = (short[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), short]) : short
    return Buffer.concat([Buffer.from([2, positive.length]), positive])
  }
  const both = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))])
  return Buffer.concat([Buffer.from([0x30, both.length]), both])
}

type Creation = { challenge: string; rp: { id: string }; user: { id: string } }
type RequestFor = { challenge: string; rpId: string; allowCredentials?: { id: string }[] }

/** What an authenticator does wrong, for tests of what is refused. */
export type Faults = {
  origin?: string
  rpId?: string
  challenge?: string
  /** Whether somebody proved who they are to it. */
  verified?: boolean
  counter?: number
  userHandle?: string
  signature?: string
}

/**
 * A software authenticator with one passkey: real keys, real signatures (ES256), and the whole form of WebAuthn's answers
 * as @simplewebauthn/browser posts them.
 */
export const createAuthenticator = async (origin = 'http://localhost:8787') => {
  const keys = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
  const jwk = (await crypto.subtle.exportKey('jwk', keys.publicKey)) as JsonWebKey
  const id = randomBytes(16)
  let handle = ''
  const state = { counter: 0, id: b64(id) }

  const authData = (rpId: string, verified: boolean, counter: number, attested: Uint8Array | null) => {
    // Present, verified, backed up like a synced passkey, and whether a key comes along.
    const flags = 0x01 | (verified ? 0x04 : 0) | 0x08 | 0x10 | (attested ? 0x40 : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count, attested ?? Buffer.alloc(0)])
  }
  const clientData = (type: string, challenge: string, faults: Faults) =>
    Buffer.from(
      JSON.stringify({
        type,
        challenge: faults.challenge ?? challenge,
        origin: faults.origin ?? origin,
        crossOrigin: false,
      }),
    )

  /** Answers `navigator.credentials.create`. */
  const create = async (options: string, faults: Faults = {}): Promise<string> => {
    const { challenge, rp, user } = JSON.parse(options) as Creation
    handle = user.id
    const cose = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(jwk.x ?? '', 'base64url')],
      [-3, Buffer.from(jwk.y ?? '', 'base64url')],
    ])
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cbor(cose)])
    const data = authData(faults.rpId ?? rp.id, faults.verified ?? true, state.counter, attested)
    const attestationObject = cbor(
      new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', data],
      ]),
    )
    return JSON.stringify({
      id: state.id,
      rawId: state.id,
      type: 'public-key',
      clientExtensionResults: {},
      authenticatorAttachment: 'platform',
      response: {
        clientDataJSON: b64(clientData('webauthn.create', challenge, faults)),
        attestationObject: b64(attestationObject),
        transports: ['internal', 'hybrid'],
      },
    })
  }

  /** Answers `navigator.credentials.get`; each time its counter has gone up. */
  const get = async (options: string, faults: Faults = {}): Promise<string> => {
    const { challenge, rpId } = JSON.parse(options) as RequestFor
    state.counter += 1
    const data = authData(faults.rpId ?? rpId, faults.verified ?? true, faults.counter ?? state.counter, null)
    const client = clientData('webauthn.get', challenge, faults)
    const signed = await crypto.subtle.sign(
      { name: 'ECDSA', hash: 'SHA-256' },
      keys.privateKey,
      Buffer.concat([data, sha256(client)]),
    )
    return JSON.stringify({
      id: state.id,
      rawId: state.id,
      type: 'public-key',
      clientExtensionResults: {},
      authenticatorAttachment: 'platform',
      response: {
        clientDataJSON: b64(client),
        authenticatorData: b64(data),
        signature: faults.signature ?? b64(der(new Uint8Array(signed))),
        userHandle: faults.userHandle ?? handle,
      },
    })
  }

  return { state, create, get }
}

export type Authenticator = Awaited<ReturnType<typeof createAuthenticator>>
