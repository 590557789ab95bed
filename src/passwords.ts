import { Buffer } from 'node:buffer'
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { normalizePassword } from './rules/passwords'

type Parameters = { ln: number; r: number; p: number }
type Stored = Parameters & { salt: Buffer; hash: Buffer }

// OWASP's Password Storage Cheat Sheet, the row that fits Cloudflare's cap of N·r·p ≤ 2^20.
const CURRENT: Parameters = { ln: 14, r: 8, p: 5 }
const MAX_COST = 2 ** 20
const SALT_BYTES = 16
const HASH_BYTES = 32

const DUMMY: Stored = { ...CURRENT, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) }
const PHC =
  /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d{0,3}),p=([1-9]\d{0,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** A password as a PHC string (`$scrypt$ln=14,r=8,p=5$salt$hash`, base64 without padding), with its own salt. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, { ...CURRENT, salt }, HASH_BYTES)
  const { ln, r, p } = CURRENT
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(hash)}`
}

/**
 * Whether the password is the one behind the PHC string, with the parameters that stand in the string; outdated
 * says that it should be hashed anew at this sign-in. No string (no such account), or a malformed one, is a no
 * that takes as long as a wrong password.
 */
export async function verifyPassword(
  password: string,
  phc: string | null,
): Promise<{ ok: boolean; outdated: boolean }> {
  const known = phc === null ? null : parse(phc)
  const stored = known ?? DUMMY
  const equal = timingSafeEqual(await derive(password, stored, stored.hash.length), stored.hash)
  return { ok: known !== null && equal, outdated: known !== null && isOutdated(known) }
}

function isOutdated({ salt, hash, ...parameters }: Stored): boolean {
  return cost(parameters) < cost(CURRENT) || salt.length < SALT_BYTES || hash.length < HASH_BYTES
}

function cost({ ln, r, p }: Parameters): number {
  return 2 ** ln * r * p
}

function parse(phc: string): Stored | null {
  const [, ln, r, p, salt = '', hash = ''] = PHC.exec(phc) ?? []
  const stored = {
    ...{ ln: Number(ln), r: Number(r), p: Number(p) },
    ...{ salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') },
  }
  // RFC 7914, 2: N must be less than 2^(128·r/8).
  const isUsable = cost(stored) <= MAX_COST && stored.ln < 16 * stored.r
  return isUsable && base64(stored.salt) === salt && base64(stored.hash) === hash ? stored : null
}

function derive(
  password: string,
  { ln, r, p, salt }: Parameters & { salt: Buffer },
  bytes: number,
): Promise<Buffer> {
  const N = 2 ** ln
  // What OpenSSL counts (RFC 7914's B and V); its own limit of 32 MiB would refuse raised parameters.
  const options = { N, r, p, maxmem: 128 * r * (N + p + 2) }
  return new Promise((resolve, reject) => {
    scrypt(normalizePassword(password), salt, bytes, options, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
