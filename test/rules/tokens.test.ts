import { Buffer } from 'node:buffer'
import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { deriveKeys, digest, mintToken, readToken, withoutTokens } from '../../src/rules/tokens'

const ID = '01938f7a-1c2b-7d3e-8f4a-5b6c7d8e9f00'
const keys = deriveKeys('a root secret of at least thirty-two characters')
const others = deriveKeys('another root secret of thirty-two characters too')
const { token, hash } = mintToken(keys.link, 'invitation', ID, 7)
const bytes = Buffer.from(token, 'base64url')

const read = (text: string, accepted = [keys.link]) => readToken(accepted, 'invitation', text)

/** The last character carries bits that decoding ignores: the same bytes, written in another way. */
const otherTrailingBits = (text: string): string[] =>
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
    .map((last) => text.slice(0, -1) + last)
    .filter((other) => other !== text && Buffer.from(other, 'base64url').equals(bytes))

describe('a link’s token', () => {
  it('is key id, invitation id, generation and an HMAC-SHA-256 over purpose, id and generation', () => {
    const body = Buffer.concat([
      Buffer.from(keys.link.id, 'hex'),
      Buffer.from(ID.replaceAll('-', ''), 'hex'),
      Buffer.from([0, 0, 0, 7]),
    ])
    const mac = createHmac('sha256', keys.link.secret).update('invitation\0').update(body).digest()
    expect(token).toBe(Buffer.concat([body, mac]).toString('base64url'))
    expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'))
  })

  it('is read back as what it was minted for', () => {
    expect(read(token)).toEqual({ keyId: keys.link.id, id: ID, generation: 7, hash })
  })

  it('is the same each time it is derived, and another for each generation and invitation', () => {
    expect(mintToken(keys.link, 'invitation', ID, 7).token).toBe(token)
    expect(mintToken(keys.link, 'invitation', ID, 8).token).not.toBe(token)
    expect(mintToken(keys.link, 'invitation', ID.replace('00', '01'), 7).token).not.toBe(token)
  })

  it('carries any generation a row can hold', () => {
    const last = 2 ** 32 - 1
    expect(read(mintToken(keys.link, 'invitation', ID, last).token)?.generation).toBe(last)
  })
})

describe('what is no token of ours is refused:', () => {
  it('one byte changed, wherever it stands', () => {
    for (let at = 0; at < bytes.length; at++) {
      const forged = Buffer.from(bytes)
      forged.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      expect(read(forged.toString('base64url')), `byte ${at}`).toBeNull()
    }
  })

  it('cut off anywhere, at its end or its beginning', () => {
    for (let cut = 1; cut <= token.length; cut++) {
      expect(read(token.slice(0, -cut)), `${cut} off the end`).toBeNull()
      expect(read(token.slice(cut)), `${cut} off the beginning`).toBeNull()
    }
  })

  it('signed with another key under this key’s name', () => {
    expect(
      read(mintToken({ id: keys.link.id, secret: others.link.secret }, 'invitation', ID, 7).token),
    ).toBeNull()
  })

  it('signed for another purpose with the right key', () => {
    const body = bytes.subarray(0, 24)
    for (const purpose of ['password_reset', 'invitation ', 'invitatio', '']) {
      const mac = createHmac('sha256', keys.link.secret).update(`${purpose}\0`).update(body).digest()
      expect(read(Buffer.concat([body, mac]).toString('base64url')), purpose).toBeNull()
    }
  })

  it.each([
    ['padding', `${token}=`],
    ['the other alphabet', bytes.toString('base64')],
    ['the other alphabet without padding', bytes.toString('base64').replace(/=+$/, '')],
    ['a line break', `${token}\n`],
    ['a space within', `${token.slice(0, 10)} ${token.slice(10)}`],
    ['a null character', `${token}\0`],
    ['itself twice', token + token],
    ['hexadecimal', bytes.toString('hex')],
    ['a very long text', 'A'.repeat(1_000_000)],
    ['characters beyond ASCII', `${token.slice(0, -1)}é`],
    ['the other case', token.toLowerCase()],
  ])('%s', (_, text) => {
    expect(read(text)).toBeNull()
  })

  it('other bits where decoding ignores them', () => {
    const same = otherTrailingBits(token)
    expect(same).toHaveLength(3)
    for (const other of same) expect(read(other)).toBeNull()
  })
})

describe('keys', () => {
  it('are the same for the same root secret, and share nothing with another’s', () => {
    expect(deriveKeys('a root secret of at least thirty-two characters')).toEqual(keys)
    expect(others.link.id).not.toBe(keys.link.id)
    const secrets = [keys, others].flatMap(({ link, session, digest: third }) => [
      link.secret,
      session,
      third,
    ])
    expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(6)
  })

  it('say nothing of themselves in their id', () => {
    expect(keys.link.secret.toString('hex')).not.toContain(keys.link.id)
  })

  it('are accepted when they are among those given, in any order, and no longer', () => {
    expect(read(token, [others.link, keys.link])?.keyId).toBe(keys.link.id)
    expect(read(token, [others.link])).toBeNull()
    expect(read(token, [])).toBeNull()
  })
})

describe('a digest', () => {
  it('is the same for the same parts and key, and another for anything else', () => {
    expect(digest(keys, 'a', 'b')).toBe(digest(keys, 'a', 'b'))
    expect(digest(keys, 'b', 'a')).not.toBe(digest(keys, 'a', 'b'))
    expect(digest(others, 'a', 'b')).not.toBe(digest(keys, 'a', 'b'))
  })

  it('keeps its parts apart', () => {
    const ways = [['ab'], ['a', 'b'], ['a', 'b', ''], ['', 'ab'], ['a","b'], ['a\0b']]
    expect(new Set(ways.map((parts) => digest(keys, ...parts))).size).toBe(ways.length)
  })
})

describe('words that quote a link keep nothing of its token', () => {
  const LINK = 'https://usher.example/reset-password?token='
  it.each([
    ['as it is', `${LINK}${token}&invitation=${ID} is listed`],
    ['within another link', `https://list.example/?url=${encodeURIComponent(LINK + token)}`],
    [
      'as mails are encoded',
      `Refused: ${LINK.replace('=', '=3D')}${token.slice(0, 30)}=\r\n${token.slice(30)} listed`,
    ],
    [
      'so, in one line',
      `Refused: ${LINK.replace('=', '=3D')}${token.slice(0, 30)}= ${token.slice(30)} listed`,
    ],
    ['in capitals', `TOKEN=${token}`],
  ])('%s', (_, told) => {
    const words = withoutTokens(told)
    for (const part of [token, token.slice(0, 30), token.slice(30)]) expect(words).not.toContain(part)
    expect(words).toMatch(/token(=|=3D|%3D)…/i)
  })

  it('and everything else', () => {
    const words = `${LINK}${token}&invitation=${ID} of token 7 is listed`
    expect(withoutTokens(words)).toBe(`${LINK}…&invitation=${ID} of token 7 is listed`)
  })
})
