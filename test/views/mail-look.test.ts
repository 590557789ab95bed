import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import { LANGUAGES, type Language } from '../../src/rules/languages'
import { MAIL_KINDS } from '../../src/rules/mails'
import { sentFor } from '../../src/rules/senders'
import { MAIL_PIECES } from '../../views/gallery/mails'
import { elements, texts } from '../support/html'
import { received } from '../support/mime'

const LARGEST = 100 * 1024
/** To people of the console, which speaks English. */
const ENGLISH =
  /^mail\.(organization_deletion|deletion_notice|acceptance_notice|approval_request|approval_answer|expiry_digest|test)\b|earlier-release$/

const linksIn = (text: string): string[] => [...new Set(text.match(/https?:\/\/\S+/g) ?? [])].sort()
const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim()

describe.each([...MAIL_PIECES])('%s', (name, render) => {
  const language = (asked: Language): Language => (ENGLISH.test(name) ? 'en' : asked)

  test('holds in mail programs, in every language', async () => {
    for (const asked of LANGUAGES) {
      const mail = render(asked)
      const { html } = mail
      expect(Buffer.byteLength(html)).toBeLessThan(LARGEST)
      expect(html).toMatch(/^<!doctype html><html lang="/)
      const [page] = await elements(html, 'html')
      const [main] = await elements(html, 'main')
      expect([page?.attributes.lang, main?.attributes.lang]).toEqual([language(asked), language(asked)])
      // Nothing is fetched, nothing runs, and all that lays it out is inline.
      expect(await elements(html, 'script, img, link, iframe, form, svg, video')).toEqual([])
      expect(html).not.toMatch(/url\(|@import|position:|display:(flex|grid)|undefined|NaN|\[object/)
      for (const { attributes } of await elements(html, 'table')) expect(attributes.role).toBe('presentation')
      for (const { attributes } of await elements(html, 'p, h1, td, a, blockquote'))
        expect(attributes.style).toBeTruthy()
      expect(await texts(html, 'style')).toHaveLength(1)
      expect(await texts(html, 'h1')).toHaveLength(1)
      expect(await texts(html, 'title')).toEqual([squeezed(mail.subject)])
    }
  })

  test('says the same in HTML and in text, in every language', async () => {
    for (const asked of LANGUAGES) {
      const { html, text } = render(asked)
      const hrefs = (await elements(html, 'a')).map(({ attributes }) => attributes.href ?? '')
      expect([...new Set(hrefs)].sort()).toEqual(linksIn(text))
      const [body = ''] = await texts(html, 'body')
      const squeezedBody = squeezed(body)
      const lines = text
        .split('\n')
        .filter((_, at, all) => !/^https?:/.test(all[at + 1] ?? ''))
        .map((line) => squeezed(line.replace(/^(> ?|- )/, '')))
        .filter((line) => line !== '' && !/^https?:/.test(line))
      expect(lines.length).toBeGreaterThan(2)
      for (const line of lines) expect(squeezedBody).toContain(line)
    }
  })

  test('is announced by a line that nobody sees in it, in every language', async () => {
    for (const asked of LANGUAGES) {
      const { html } = render(asked)
      const [preheader] = await elements(html, 'body > div')
      expect(preheader?.attributes.style).toMatch(/display:none.*mso-hide:all/)
      expect(preheader?.text.length).toBeGreaterThan(10)
      expect((await texts(html, 'body'))[0]?.startsWith(preheader?.text ?? '?')).toBe(true)
    }
  })

  test('arrives as it was written', async () => {
    for (const asked of LANGUAGES) {
      const mail = render(asked)
      const email = await received(mail)
      expect(email.subject).toBe(mail.subject)
      expect(email.html?.trim()).toBe(mail.html)
      expect(email.text?.trim()).toBe(mail.text)
      expect(email.from?.address).toBe('invitations@usher.example')
      expect(email.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated')
    }
  })
})

test('there is one for every kind of mail', () => {
  for (const kind of MAIL_KINDS)
    expect(
      [...MAIL_PIECES.keys()].some((name) => name.startsWith(`mail.${kind}.`)),
      kind,
    ).toBe(true)
})

test('a mail in another language shares no sentence with the English one', () => {
  for (const [name, render] of MAIL_PIECES) {
    if (ENGLISH.test(name)) continue
    const english = render('en').text.split('\n')
    for (const asked of LANGUAGES.filter((one) => one !== 'en')) {
      const shared = render(asked)
        .text.split('\n')
        .filter(
          (line) => english.includes(line) && line !== '' && !/^(>|http|.* · usher\.example$)/.test(line),
        )
      expect(shared, `${name} in ${asked}`).toEqual([])
    }
  }
})

describe('who a mail is from', () => {
  test.each([
    ['Acme', '"Acme" <invitations@usher.example>'],
    ['Müller & Söhne', '"Müller & Söhne" <invitations@usher.example>'],
    // Whoever reads the header with less care than RFC 5322 asks for finds one address in it all the same.
    ['A, B; <C> @ D.', '"A, B; ‹C› @ D." <invitations@usher.example>'],
    ['x" <boss@usher.example>', '"x\\" ‹boss@usher.example›" <invitations@usher.example>'],
    ['The "Best" \\ Company', '"The \\"Best\\" \\\\ Company" <invitations@usher.example>'],
    ['Acme\r\nBcc: everyone@example.com', '"Acme Bcc: everyone@example.com" <invitations@usher.example>'],
    ['株式会社山田製作所', '"株式会社山田製作所" <invitations@usher.example>'],
    [' \u0000 ', 'Usher <invitations@usher.example>'],
  ])('is %j at the deployment’s address', (organization, from) => {
    expect(sentFor('Usher <invitations@usher.example>', organization)).toBe(from)
  })

  test('whatever name MAIL_FROM has of its own', () => {
    for (const from of ['a@b.example', '<a@b.example>', 'Usher <a@b.example>', '"Us, her" <a@b.example>'])
      expect(sentFor(from, 'Acme')).toBe('"Acme" <a@b.example>')
  })

  test('and is read as the very same name', async () => {
    for (const organization of [
      'A, B; C @ D.',
      'The "Best" \\ Company',
      'شركة النور',
      '株式会社山田製作所',
    ]) {
      const mail = { to: 'jane@example.com', subject: 'Hello', html: '<p>', text: '-', headers: {} }
      const { from } = await received({ ...mail, from: sentFor('Usher <a@b.example>', organization) })
      expect(from).toMatchObject({ name: organization, address: 'a@b.example' })
    }
  })
})
