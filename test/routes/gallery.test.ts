import { beforeEach, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { LANGUAGES } from '../../src/rules/languages'
import { MAIL_KINDS } from '../../src/rules/mails'
import { MAIL_PIECES } from '../../views/gallery/mails'
import { PAGE_PIECES } from '../../views/gallery/pages'
import { elements, texts } from '../support/html'
import { PRODUCTION } from '../support/settings'
import { createWorld, type World } from '../support/world'

let world: World
beforeEach(() => {
  world = createWorld()
})

const get = async (path: string) => (await world.fetch(path)).text()
const framed = async (path: string) =>
  (await elements(await get(path), 'iframe')).map(({ attributes }) => attributes.src ?? '')

test('shows every mail and every page, each in a frame, with a switch of language and width', async () => {
  const groups = (await elements(await get('/gallery'), 'nav[aria-label="What is shown"] a')).map(
    ({ attributes }) => attributes.href ?? '',
  )
  for (const kind of MAIL_KINDS)
    expect(
      groups.some((href) => href.endsWith(`group=mail.${kind}`)),
      kind,
    ).toBe(true)
  const shown = (await Promise.all(groups.map(framed))).flat()
  expect(shown.sort()).toEqual(
    [...MAIL_PIECES.keys(), ...PAGE_PIECES.keys()]
      .map((name) => paths.galleryPiece(name, { language: 'en' }))
      .sort(),
  )
  const page = await get('/gallery?language=ja&width=wide&group=accept')
  expect(await texts(page, 'nav [aria-current]')).toEqual(['accept', '日本語', 'As wide as it goes'])
  expect((await elements(page, 'iframe')).every(({ attributes }) => attributes.class === 'wide')).toBe(true)
  expect((await elements(page, 'iframe')).map(({ attributes }) => attributes.sandbox)).not.toContain(
    undefined,
  )
})

test('a piece may stand in a frame of this site and nowhere else', async () => {
  for (const name of ['mail.invitation.plain', 'accept.open_new']) {
    const { headers } = await world.fetch(`/gallery/${name}`)
    expect(headers.get('X-Frame-Options')).toBe('SAMEORIGIN')
    expect(headers.get('Content-Security-Policy')).toContain("frame-ancestors 'self'")
  }
  const text = await world.fetch('/gallery/mail.invitation.plain?language=de&part=text')
  expect(text.headers.get('Content-Type')).toMatch(/^text\/plain/)
  expect(await text.text()).toContain('lädt Sie als Mitglied zu Acme ein.')
})

test('every page speaks each language, and no heading is left in English', async () => {
  for (const [name, render] of PAGE_PIECES) {
    const english = await texts(String(render('en')), 'h1')
    for (const language of LANGUAGES) {
      const html = String(render(language))
      const [page] = await elements(html, 'html')
      expect(page?.attributes.lang, name).toBe(language)
      expect(html, name).not.toMatch(/undefined|\[object|NaN/)
      const headings = await texts(html, 'h1')
      expect(headings, name).toHaveLength(english.length)
      if (language !== 'en' && english.length > 0)
        expect(headings, `${name} in ${language}`).not.toEqual(english)
    }
  }
})

test('is for development only', async () => {
  world = createWorld(PRODUCTION)
  for (const path of ['/gallery', '/gallery/mail.invitation.plain', '/gallery/accept.open_new'])
    expect((await world.fetch(path)).status, path).toBe(404)
})
