import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { deriveKeys } from '../../src/rules/tokens'
import { addAccount, newAccount } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import {
  accept,
  acceptAsNew,
  decline,
  invited,
  JANE,
  joining,
  open,
  resendAndMail,
  seen,
  signingIn,
} from '../support/invitee'
import { createWorld, rows } from '../support/world'

const signed = (key: ReturnType<typeof deriveKeys>['link'], purpose: string, body: Buffer): string =>
  Buffer.concat([
    body,
    createHmac('sha256', key.secret).update(`${purpose}\0`).update(body).digest(),
  ]).toString('base64url')

/** What somebody without the key, or with another token of ours, could try. */
const attempts = (token: string, rootSecret: string): Record<string, string> => {
  const bytes = Buffer.from(token, 'base64url')
  const body = bytes.subarray(0, 24)
  const nextGeneration = Buffer.from(body)
  nextGeneration.writeUInt32BE(2, 20)
  const { link } = deriveKeys(rootSecret)
  const flipped = Buffer.from(bytes)
  flipped.writeUInt8(bytes.readUInt8(55) ^ 0x80, 55)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const sameBits = alphabet[alphabet.indexOf(token.slice(-1)) ^ 1] ?? ''
  return {
    nothing: '',
    'a word': 'nonsense',
    'one bit flipped': flipped.toString('base64url'),
    'another generation with this signature': Buffer.concat([nextGeneration, bytes.subarray(24)]).toString(
      'base64url',
    ),
    'a signature of nothing but zeros': Buffer.concat([body, Buffer.alloc(32)]).toString('base64url'),
    'a key of their own': signed(
      deriveKeys('a secret that somebody else thought of').link,
      'invitation',
      body,
    ),
    'another purpose': signed(link, 'password_reset', body),
    'its first half': token.slice(0, 37),
    'all but its last character': token.slice(0, -1),
    'all but its first character': token.slice(1),
    padding: `${token}=`,
    'the other alphabet': bytes.toString('base64'),
    'trailing bits': token.slice(0, -1) + sameBits,
    hexadecimal: bytes.toString('hex'),
    'itself twice': token + token,
    'a space behind it': `${token} `,
    'a hundred thousand characters': 'A'.repeat(100_000),
  }
}
const NAMES = Object.keys(attempts('A'.repeat(75), 'any secret at all, of 32 characters'))

describe('a token that is not ours is refused before any storage is touched:', () => {
  it.each(NAMES)('%s', async (name) => {
    const stage = await invited()
    const { cookie } = await addAccount('Jane Doe', JANE)
    const world = createWorld({
      SIGN_IN_LIMIT: { limit: () => Promise.reject(new Error('Nobody should be asked')) },
    })
    const token = attempts(stage.token, world.env.ROOT_SECRET ?? '')[name] ?? stage.token
    const before = await everyRow()
    const refuse = async () => {
      const query = new URLSearchParams({ token })
      const answers = [
        await world.fetch(`/accept-invitation?${query}`),
        await world.fetch(`/accept-invitation?${query}`, { cookie }),
        await accept(world, newAccount(token)),
        await accept(world, signingIn(token)),
        await accept(world, joining(token), { cookie }),
        await decline(world, token),
      ]
      for (const answer of answers) {
        expect(answer.status).toBe(404)
        const { heading, html, buttons } = await seen(answer)
        expect([heading, buttons]).toEqual(['Invalid link', []])
        if (token !== '') expect(html).not.toContain(token)
      }
    }
    expect(await counting(world).costOf(refuse)).toEqual({})
    expect(await everyRow()).toEqual(before)
  })
})

const FIRST = 'the first root secret, of 43 characters....'
const SECOND = 'the second root secret, of 43 characters...'
const THIRD = 'the third root secret, of 43 characters....'

describe('after a change of ROOT_SECRET', () => {
  it('links already out still open, accept and decline while the previous one is given', async () => {
    const changed = { ROOT_SECRET: SECOND, ROOT_SECRET_PREVIOUS: FIRST }
    const first = await invited({}, {}, { ROOT_SECRET: FIRST })
    const world = createWorld(changed)
    expect((await open(world, first.link)).buttons[0]).toBe('Accept & create account')
    expect((await acceptAsNew(world, first.token)).status).toBe(303)
    expect(await rows('select status from invitation')).toEqual([{ status: 'accepted' }])
  })

  it('links already out can still be declined', async () => {
    const first = await invited({}, {}, { ROOT_SECRET: FIRST })
    const world = createWorld({ ROOT_SECRET: SECOND, ROOT_SECRET_PREVIOUS: FIRST })
    expect((await decline(world, first.token)).status).toBe(303)
    expect((await open(world, first.link)).heading).toBe('Invitation declined')
  })

  it('a resend signs with the current one, which outlives the previous one', async () => {
    const first = await invited({}, {}, { ROOT_SECRET: FIRST })
    const both = createWorld({ ROOT_SECRET: SECOND, ROOT_SECRET_PREVIOUS: FIRST })
    const newer = await resendAndMail(both, first.admin)
    const alone = createWorld({ ROOT_SECRET: SECOND })
    expect((await open(both, first.link)).heading).toBe('Invitation replaced')
    expect((await open(alone, first.link)).heading).toBe('Invalid link')
    expect((await open(alone, newer.link)).heading).toBe('Accept invitation')
    expect((await acceptAsNew(alone, newer.token)).status).toBe(303)
  })

  it('links of a secret that is given no longer are invalid, and may be sent again', async () => {
    const first = await invited({}, {}, { ROOT_SECRET: FIRST })
    const alone = createWorld({ ROOT_SECRET: SECOND })
    expect((await acceptAsNew(alone, first.token)).status).toBe(404)
    const newer = await resendAndMail(alone, first.admin)
    expect((await acceptAsNew(alone, newer.token)).status).toBe(303)
  })

  it('two secrets are accepted and never three', async () => {
    const { admin, token: oldest } = await invited({}, {}, { ROOT_SECRET: FIRST })
    const second = createWorld({ ROOT_SECRET: SECOND, ROOT_SECRET_PREVIOUS: FIRST })
    const middle = await resendAndMail(second, admin)
    const third = createWorld({ ROOT_SECRET: THIRD, ROOT_SECRET_PREVIOUS: SECOND })
    expect((await acceptAsNew(third, oldest)).status).toBe(404)
    expect((await open(third, middle.link)).heading).toBe('Accept invitation')
    const latest = await resendAndMail(third, admin)
    expect((await open(third, latest.link)).heading).toBe('Accept invitation')
    expect((await acceptAsNew(third, latest.token)).status).toBe(303)
  })

  it('whoever is signed in stays so', async () => {
    const { member } = await invited({}, {}, { ROOT_SECRET: FIRST })
    const world = createWorld({ ROOT_SECRET: SECOND })
    expect((await world.fetch('/o/acme', { cookie: member.cookie })).status).toBe(200)
  })
})
