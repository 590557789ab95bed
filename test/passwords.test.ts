import { scryptSync } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { hashPassword, verifyPassword } from '../src/passwords'

const PASSWORD = 'correct horse battery'

const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

const phcWith = ({ ln, r, p, bytes = 32 }: { ln: number; r: number; p: number; bytes?: number }) => {
  const salt = Buffer.from('sixteen bytes of')
  const hash = scryptSync(PASSWORD, salt, bytes, { N: 2 ** ln, r, p, maxmem: 2 ** 28 })
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`
}

describe('a password hash', () => {
  let phc: string
  beforeAll(async () => {
    phc = await hashPassword(PASSWORD)
  })

  it('is a PHC string with 16 bytes of salt and 32 of hash, salted anew each time', async () => {
    expect(phc).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(await hashPassword(PASSWORD)).not.toBe(phc)
  })

  it('verifies its password and no other', async () => {
    expect(await verifyPassword(PASSWORD, phc)).toEqual({ ok: true, outdated: false })
    expect(await verifyPassword(`${PASSWORD} `, phc)).toEqual({ ok: false, outdated: false })
  })

  it('verifies the same password from another keyboard', async () => {
    const composed = await hashPassword('pässwörter')
    expect(await verifyPassword('pa\u0308sswo\u0308rter', composed)).toEqual({ ok: true, outdated: false })
  })

  it('agrees with what scrypt itself makes of the same parameters', async () => {
    const own = phcWith({ ln: 14, r: 8, p: 5 })
    expect(await verifyPassword(PASSWORD, own)).toEqual({ ok: true, outdated: false })
  })

  it('still verifies, and is outdated, when its parameters are below today’s', async () => {
    const cheap = phcWith({ ln: 12, r: 8, p: 1 })
    expect(await verifyPassword(PASSWORD, cheap)).toEqual({ ok: true, outdated: true })
    const short = phcWith({ ln: 14, r: 8, p: 5, bytes: 16 })
    expect(await verifyPassword(PASSWORD, short)).toEqual({ ok: true, outdated: true })
  })

  it('verifies when its parameters are raised, up to the platform’s cap', async () => {
    const raised = phcWith({ ln: 16, r: 8, p: 2 })
    expect(await verifyPassword(PASSWORD, raised)).toEqual({ ok: true, outdated: false })
  })

  const good = phcWith({ ln: 10, r: 8, p: 1 })
  it.each([
    '',
    PASSWORD,
    good.replace('scrypt', 'argon2id'),
    good.replace('ln=10', 'ln=010'),
    good.replace('ln=10', 'ln=18'),
    good.replace('ln=10,r=8', 'ln=16,r=1'),
    good.replace('p=1', 'p=9999'),
    `${good}=`,
    `${good}\n`,
    good.slice(0, -1),
    good.slice(0, good.lastIndexOf('$') + 1),
  ])('that is malformed is a no, not an error: %j', async (malformed) => {
    expect(await verifyPassword(PASSWORD, malformed)).toEqual({ ok: false, outdated: false })
  })

  it('that does not exist, for want of the account, takes the same work and is a no', async () => {
    const took = async (stored: string | null) => {
      const start = performance.now()
      expect(await verifyPassword('a wrong password', stored)).toEqual({ ok: false, outdated: false })
      return performance.now() - start
    }
    expect(await took(null)).toBeGreaterThan((await took(phc)) / 4)
  })
})
