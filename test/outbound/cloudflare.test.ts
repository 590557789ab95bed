import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cloudflare } from '../../src/outbound/cloudflare'
import type { MailProvider } from '../../src/outbound/mail'
import { EmailStandIn, emailError } from '../support/cloudflare-email'
import { MAIL } from '../support/providers'

let standIn: EmailStandIn
let provider: MailProvider
beforeEach(() => {
  standIn = new EmailStandIn({ domain: 'usher.example' })
  provider = cloudflare({ from: MAIL.from, binding: standIn })
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('Cloudflare', () => {
  it('gets name and address apart, and the delivery’s id as header', async () => {
    expect(await provider.send(MAIL)).toEqual({ kind: 'sent', providerId: standIn.accepted[0]?.id })
    expect(standIn.accepted.map(({ mail }) => mail)).toEqual([
      {
        from: { email: 'invitations@usher.example', name: 'Acme, "Inc."' },
        to: MAIL.to,
        subject: MAIL.subject,
        html: MAIL.html,
        text: MAIL.text,
        headers: { ...MAIL.headers, 'X-Usher-Delivery': MAIL.id },
      },
    ])
  })

  it('gets the address alone of a sender without a name', async () => {
    await provider.send({ ...MAIL, from: 'invitations@usher.example' })
    expect(standIn.accepted[0]?.mail.from).toBe('invitations@usher.example')
  })

  it('sends nothing more to an address that it suppresses, and the reason says what to do', async () => {
    standIn.suppressed.add(MAIL.to)
    expect(await provider.send(MAIL)).toEqual({
      kind: 'failed',
      reason: expect.stringMatching(
        /^Cloudflare answered E_RECIPIENT_SUPPRESSED: .*suppression list at Cloudflare/,
      ),
    })
  })

  it.each([
    ['an unknown sender', { from: 'a@elsewhere.example' }, 'E_SENDER_DOMAIN_NOT_AVAILABLE'],
    ['an address that is none', { to: 'nobody' }, 'E_VALIDATION_ERROR'],
    ['more than 5 MiB', { html: 'x'.repeat(6 * 1024 * 1024) }, 'E_CONTENT_TOO_LARGE'],
    ['a header that is not on its list', { headers: { Date: 'today' } }, 'E_HEADER_NOT_ALLOWED'],
    ['a header over 2,048 bytes', { headers: { 'X-Long': 'x'.repeat(2049) } }, 'E_HEADER_VALUE_TOO_LONG'],
  ])('does not take a mail with %s, for good', async (_, changes, code) => {
    expect(await provider.send({ ...MAIL, ...changes })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining(`Cloudflare answered ${code}: `),
    })
  })

  it.each([
    ['E_VALIDATION_ERROR', 'failed'],
    ['E_FIELD_MISSING', 'failed'],
    ['E_TOO_MANY_RECIPIENTS', 'failed'],
    ['E_SENDER_NOT_VERIFIED', 'failed'],
    ['E_RECIPIENT_NOT_ALLOWED', 'failed'],
    ['E_RECIPIENT_SUPPRESSED', 'failed'],
    ['E_SENDER_DOMAIN_NOT_AVAILABLE', 'failed'],
    ['E_CONTENT_TOO_LARGE', 'failed'],
    ['E_DELIVERY_FAILED', 'failed'],
    ['E_RATE_LIMIT_EXCEEDED', null],
    ['E_DAILY_LIMIT_EXCEEDED', 3 * 3600],
    ['E_INTERNAL_SERVER_ERROR', null],
    ['E_HEADER_NOT_ALLOWED', 'failed'],
    ['E_HEADER_USE_API_FIELD', 'failed'],
    ['E_HEADER_VALUE_INVALID', 'failed'],
    ['E_HEADER_VALUE_TOO_LONG', 'failed'],
    ['E_HEADER_NAME_INVALID', 'failed'],
    ['E_HEADERS_TOO_LARGE', 'failed'],
    ['E_HEADERS_TOO_MANY', 'failed'],
    ['E_OF_TOMORROW', null],
  ])('%s is final, or is tried again after so many seconds: %s', async (code, expected) => {
    standIn.answerNext(() => Promise.reject(emailError(code, 'No\r\nmail.')))
    const reason =
      code === 'E_RECIPIENT_SUPPRESSED' ? expect.any(String) : `Cloudflare answered ${code}: No mail.`
    expect(await provider.send(MAIL)).toEqual(
      expected === 'failed' ? { kind: 'failed', reason } : { kind: 'retry', reason, afterSeconds: expected },
    )
  })

  it('is tried again when it throws what it does not document', async () => {
    for (const thrown of [new Error('internal error'), 'gone', undefined]) {
      standIn.answerNext(() => Promise.reject(thrown))
      expect(await provider.send(MAIL)).toEqual({
        kind: 'retry',
        reason: 'Cloudflare could not be reached.',
        afterSeconds: null,
      })
    }
  })

  it('is tried again when it does not answer within ten seconds', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const controller = new AbortController()
      queueMicrotask(() => controller.abort(new DOMException('The operation timed out.', 'TimeoutError')))
      return controller.signal
    })
    standIn.answerNext(() => new Promise(() => {}))
    expect(await provider.send(MAIL)).toEqual({
      kind: 'retry',
      reason: 'Cloudflare did not answer in time.',
      afterSeconds: null,
    })
    expect(timeout).toHaveBeenCalledWith(10_000)
  })

  it('has taken a mail whose id it does not tell', async () => {
    standIn.answerNext(async () => ({ messageId: '' }))
    expect(await provider.send(MAIL)).toEqual({ kind: 'sent', providerId: null })
  })

  it('can be asked nothing but a test mail, which its check says', async () => {
    expect(await provider.check()).toEqual({
      kind: 'ok',
      detail: 'The binding EMAIL is there. Whether Cloudflare sends from usher.example shows in a test mail.',
    })
  })
})
