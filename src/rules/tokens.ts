import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { parse, stringify } from 'uuid'

/** What a link is for; each purpose signs apart from the others. */
export type TokenPurpose =
  | 'invitation'
  | 'organization-deletion'
  | 'unsubscribe'
  | 'password-reset'
  | 'address-change'
export type LinkKey = { id: string; secret: Buffer }
export type Keys = { link: LinkKey; session: Buffer; apiKey: Buffer; digest: Buffer; sealing: Buffer }
export type Link = { keyId: string; id: string; generation: number; hash: string }

const KEY_ID = 4
const UUID = 16
const GENERATION = 4
const MAC = 32
const LENGTH = KEY_ID + UUID + GENERATION + MAC

const subKey = (root: string, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', root, '', `usher/${use}`, 32))

/** Sub-keys of one root secret by HKDF (RFC 5869), one a use. */
export const deriveKeys = (rootSecret: string): Keys => {
  const secret = subKey(rootSecret, 'links')
  const id = createHash('sha256').update(secret).digest().subarray(0, KEY_ID).toString('hex')
  return {
    link: { id, secret },
    session: subKey(rootSecret, 'sessions'),
    apiKey: subKey(rootSecret, 'api-keys'),
    digest: subKey(rootSecret, 'digests'),
    sealing: subKey(rootSecret, 'sealing'),
  }
}

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')

const sign = (key: LinkKey, purpose: TokenPurpose, body: Buffer): Buffer =>
  createHmac('sha256', key.secret).update(`${purpose}\0`).update(body).digest()

/**
 * A link's secret and what its row keeps of it. The token is base64url of key id (4 bytes), id (16),
 * generation (4, big-endian) and HMAC-SHA-256 (32) over purpose and the first 24; the hash is SHA-256 of those bytes.
 */
export const mintToken = (key: LinkKey, purpose: TokenPurpose, id: string, generation: number) => {
  const body = Buffer.alloc(KEY_ID + UUID + GENERATION)
  body.write(key.id, 0, 'hex')
  body.set(parse(id), KEY_ID)
  body.writeUInt32BE(generation, KEY_ID + UUID)
  const bytes = Buffer.concat([body, sign(key, purpose, body)])
  return { token: bytes.toString('base64url'), hash: sha256(bytes) }
}

/** Reads a token signed by one of `keys`, or null if it is forged, mangled or encoded in another way. */
export const readToken = (keys: readonly LinkKey[], purpose: TokenPurpose, token: string): Link | null => {
  if (token.length > 2 * LENGTH) return null
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== LENGTH || bytes.toString('base64url') !== token) return null
  const body = bytes.subarray(0, LENGTH - MAC)
  const keyId = body.subarray(0, KEY_ID).toString('hex')
  const key = keys.find((candidate) => candidate.id === keyId)
  if (!key || !timingSafeEqual(sign(key, purpose, body), bytes.subarray(LENGTH - MAC))) return null
  return {
    keyId,
    id: stringify(body.subarray(KEY_ID, KEY_ID + UUID), 0),
    generation: body.readUInt32BE(KEY_ID + UUID),
    hash: sha256(bytes),
  }
}

/** In a link, in one within another, or in a mail's encoding (RFC 2045, 6.7), which breaks lines with `=`. */
const TOKEN = /(token(?:=3D|=|%3D))(?:[\w-]|=\s+(?=[\w-]))+/gi

/** What somebody says who may quote a link: a server that dislikes it, or a provider. */
export const withoutTokens = (words: string): string => words.replace(TOKEN, '$1…')

/** A keyed digest of what must be recognized later without being stored, such as a network or an intent. */
export const digest = (keys: Keys, ...parts: string[]): string =>
  createHmac('sha256', keys.digest).update(JSON.stringify(parts)).digest('base64url')
