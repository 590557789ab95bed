import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { LANGUAGES, type Language } from '../../src/rules/languages'
import { plain } from '../../src/rules/pieces'
import { type Words, wordsIn } from '../../src/rules/words'
import { calling } from '../support/api'
import { addAccount, addApiKey, addCast, addMember, inviteAndMail, newAccount } from '../support/cast'
import { ENDS } from '../support/ends'
import { breakBatch, logged } from '../support/faults'
import { heldDatabase, replacing } from '../support/holding'
import { elements, texts } from '../support/html'
import { accept, decline, invited, JANE, openings, resendAndMail, seen, signingIn } from '../support/invitee'
import { createWorld, rows, run, START } from '../support/world'

const asking = (language: string) => ({ headers: { 'Accept-Language': language } })
const languageOf = async (html: string) => [
  (await elements(html, 'html'))[0]?.attributes.lang,
  (await elements(html, 'main'))[0]?.attributes.lang,
]

describe('the language of a link’s page', () => {
  it.each([
    ['de', '', 'de'],
    ['de', 'it, nl;q=0.5', 'de'],
    ['de', 'fr-CA, en;q=0.5', 'fr'],
    ['de', 'en-GB', 'en'],
    ['ja', 'de;q=0, *', 'ja'],
    ['en', 'pt-BR, pt;q=0.9', 'pt'],
  ])('of an invitation in %s is, asked for %j, %s', async (language, asked, shown) => {
    const { world, link } = await invited({}, { language })
    // The second opening paints from what the first has left.
    await world.fetch(link)
    const response = await world.fetch(link, asking(asked))
    expect(response.headers.get('Vary')).toBe('Accept-Language')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    const html = await response.text()
    const { accept: words } = wordsIn(shown as Language)
    expect(await languageOf(html)).toEqual([shown, shown])
    expect(await texts(html, 'h1')).toEqual([words.heading])
    expect(await texts(html, 'p.checking')).toEqual([words.checking])
  })

  it.each(LANGUAGES)('is painted first in %s, where KV knows the invitation', async (language) => {
    const { world, link } = await invited({}, { language })
    await world.fetch(link)
    const { db: DB, release } = heldDatabase(world.env.DB)
    const slowly = createWorld({ DB })
    const execution = createExecutionContext()
    const response = await slowly.worker.fetch(new Request(link), slowly.env, execution)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const first = (await reader?.read())?.value ?? ''
    const { offer } = wordsIn(language)
    expect(await texts(first, 'p.offer')).toEqual([
      plain(offer({ inviter: 'Ada Admin', organization: 'Acme', role: null })),
    ])
    expect(first).toContain(`<html lang="${language}">`)
    expect(await texts(first, 'title')).toEqual([wordsIn(language).accept.title('Acme')])
    release()
    while (!(await reader?.read())?.done);
    await waitOnExecutionContext(execution)
  })

  it('says on the very first opening at least what the form says in it', async () => {
    const { world, link } = await invited({}, { language: 'ja' })
    expect(await languageOf(await (await world.fetch(link)).text())).toEqual(['en', 'ja'])
  })

  it('is English for an invitation of an earlier release', async () => {
    const { world, link } = await invited()
    await run('update invitation set language = null')
    expect((await seen(await world.fetch(link))).heading).toBe('Accept invitation')
  })
})

/** Does the same in every language, with its words. */
const inEach = async (look: (words: Words, visit: ReturnType<typeof asking>) => Promise<void>) => {
  for (const language of LANGUAGES) await look(wordsIn(language), asking(language))
}

describe('in every language', () => {
  it.each(['revoked', 'replaced', 'used', 'declined'] as const)('a link says that it is %s', async (how) => {
    const stage = await invited()
    await ENDS[how]?.(stage)
    await inEach(async ({ accept: { closed } }, visit) => {
      const { heading, text } = await seen(await stage.world.fetch(stage.link, visit))
      expect(heading).toBe(closed[how].heading)
      expect(text).toContain(plain(closed[how].text({ inviter: 'Ada Admin', organization: 'Acme' })))
    })
  })

  it('a forged link, an expired one, and the page without a database say so', async () => {
    const { world, link, token } = await invited()
    const DB = replacing(world.env.DB, { batch: () => Promise.reject(new Error('D1_ERROR: overloaded')) })
    const broken = createWorld({ DB })
    await inEach(async ({ accept: words }, visit) => {
      const forged = await seen(await world.fetch('/accept-invitation?token=x', visit))
      expect(forged.heading).toBe(words.closed.unknown.heading)
      expect((await seen(await broken.fetch(link, visit))).heading).toBe(words.unavailable.heading)
    })
    world.clock.now = START + 8 * DAY
    await inEach(async ({ accept: words }, visit) => {
      expect((await seen(await world.fetch(link, visit))).heading).toBe(words.closed.expired.heading)
      const late = await seen(await accept(world, newAccount(token), visit))
      expect(late.heading).toBe(words.closed.expired.heading)
    })
  })

  it('every mistake in the form is told beside its field', async () => {
    const { world, token } = await invited()
    const wrong = { firstName: '', lastName: 'x'.repeat(101), password: 'short' }
    await inEach(async ({ problems }, visit) => {
      expect((await seen(await accept(world, newAccount(token, wrong), visit))).errors).toEqual({
        firstName: problems.first_name_missing,
        lastName: problems.name_too_long,
        password: problems.password_too_short,
      })
      const differs = newAccount(token, { confirmation: 'another one' })
      expect((await seen(await accept(world, differs, visit))).errors).toEqual({
        confirmation: problems.confirmation_differs,
      })
    })
  })

  it.each(LANGUAGES)('asks in %s for the names in their order', async (language) => {
    const { world, link } = await invited()
    const html = await (await world.fetch(link, asking(language))).text()
    const names = (await elements(html, '.pair input')).map(({ attributes }) => attributes.name)
    expect(names.slice(0, 2)).toEqual(
      language === 'ja' ? ['lastName', 'firstName'] : ['firstName', 'lastName'],
    )
    const focused = (await elements(html, 'input[autofocus]')).map(({ attributes }) => attributes.name)
    expect(focused).toEqual(names.slice(0, 1))
  })

  it('who signs in is told what is wrong, and in the end to wait', async () => {
    const { world, token } = await invited()
    await addAccount('Jane', JANE)
    await inEach(async ({ problems }, visit) => {
      const wrong = signingIn(token, { password: 'not this one' })
      expect((await seen(await accept(world, wrong, visit))).errors).toEqual({
        password: problems.password_wrong,
      })
      const changed = await seen(await accept(world, newAccount(token), visit))
      expect(changed.alert).toBe(problems.now_sign_in)
    })
    await run('update sign_in_attempt set attempts = 1000')
    await inEach(async ({ wait }, visit) => {
      const waits = await seen(await accept(world, signingIn(token), visit))
      expect(waits.errors).toEqual({ password: wait(15) })
    })
  })

  it('who tries too often at once is told to wait', async () => {
    const { token } = await invited()
    const world = createWorld({ SIGN_IN_LIMIT: { limit: async () => ({ success: false }) } })
    await inEach(async ({ wait }, visit) => {
      const response = await accept(world, signingIn(token), visit)
      expect([response.status, response.headers.get('Retry-After')]).toEqual([429, '60'])
      expect((await seen(response)).text).toContain(wait(1))
    })
  })

  it.each([
    ['accepting', newAccount],
    ['declining', (token: string) => ({ token })],
  ])('%s while the database fails is told that nothing is lost', async (verb, form) => {
    const { world, token } = await invited()
    logged()
    await inEach(async ({ accept: words }, visit) => {
      const { DB } = world.env
      breakBatch(world, 1)
      const path = verb === 'accepting' ? '/accept-invitation' : '/decline-invitation'
      const response = await world.fetch(path, { ...visit, form: form(token) })
      world.env.DB = DB
      expect(response.status).toBe(500)
      const html = await response.text()
      expect(await texts(html, 'main h1')).toEqual([words.unavailable.heading])
      expect(html).toContain(words.unavailable.text)
    })
  })

  it('who is signed in as somebody else, a member already, or not active, is told so', async () => {
    const { world, link, outsider, acme } = await invited()
    await inEach(async ({ accept: words }, visit) => {
      const other = await seen(await world.fetch(link, { ...visit, cookie: outsider.cookie }))
      const addresses = { invited: JANE, signedIn: outsider.address }
      expect(other.text).toContain(plain(words.wrongAccount(addresses)))
      expect(other.buttons).toEqual([words.switchAccount])
    })
    const jane = await addAccount('Jane', JANE)
    await addMember(acme, jane, 'member')
    await inEach(async ({ accept: words }, visit) => {
      expect((await seen(await world.fetch(link, visit))).heading).toBe(words.alreadyMember.heading)
    })
    await run("update member set status = 'inactive' where user_id = ?", jane.id)
    await inEach(async ({ accept: words }, visit) => {
      expect((await seen(await world.fetch(link, visit))).heading).toBe(words.inactive.heading)
    })
  })

  it('where no seat is left the page says whom to ask', async () => {
    const { world, link } = await invited({ seat_limit: 5 })
    await run('update organization set seat_limit = 1')
    await inEach(async ({ accept: words }, visit) => {
      expect((await seen(await world.fetch(link, visit))).heading).toBe(words.noSeat.heading)
    })
  })

  it('who is taken to the product elsewhere is welcomed', async () => {
    const landing = { landing_address: 'https://app.example.com/start' }
    const { world, token } = await invited(landing, { language: 'de' })
    const welcome = await seen(await accept(world, newAccount(token)))
    const { heading, text } = wordsIn('de').accept.welcome
    expect(welcome.heading).toBe(heading)
    expect(welcome.text).toContain(plain(text({ organization: 'Acme', host: 'app.example.com' })))
  })
})

describe('the language of an invitation', () => {
  const languages = () => rows<{ language: string | null }>('select language from invitation')

  it('is the organization’s where none is chosen, and the form offers it first', async () => {
    const { world, admin } = await invited({ language: 'fr' })
    expect(await languages()).toEqual([{ language: 'fr' }])
    expect(world.mails[0]?.subject).toBe('Ada Admin vous invite à rejoindre Acme')
    const form = await (await world.fetch('/o/acme/invitations/new', { cookie: admin.cookie })).text()
    expect(await texts(form, 'select[name=language] option')).toEqual([
      'English',
      'Deutsch',
      'Français',
      'Español',
      'Português',
      '日本語',
    ])
    expect(await texts(form, 'select[name=language] option[selected]')).toEqual(['Français'])
  })

  it('is kept by resending, whatever the organization’s is by then, and chosen anew by renewing', async () => {
    const { world, admin } = await invited({}, { language: 'es' })
    await run("update organization set language = 'ja'")
    const { link } = await resendAndMail(world, admin)
    expect(world.mails.at(-1)?.subject).toBe('Ada Admin le invita a unirse a Acme')
    expect((await seen(await world.fetch(link))).heading).toBe('Aceptar la invitación')
    world.clock.now = START + 30 * DAY
    const renewed = await inviteAndMail(world, admin, JANE)
    expect(renewed.subject).toBe(
      wordsIn('ja').mail.invitation.subject({ inviter: 'Ada Admin', organization: 'Acme' }),
    )
    expect(await languages()).toEqual([{ language: 'ja' }])
  })

  it('is one of ours, in the form and by API; anything else is refused beside its field', async () => {
    const world = createWorld()
    const { acme, admin } = await addCast()
    const refused = await world.fetch('/o/acme/invitations', {
      cookie: admin.cookie,
      form: { addresses: JANE, language: 'it', change: 'one' },
    })
    expect(refused.status).toBe(422)
    expect(await texts(await refused.text(), '#field-language-error')).toEqual([
      'Choose one of the languages.',
    ])

    const call = calling(world, await addApiKey(acme))
    for (const language of ['it', 'DE', 7, null])
      expect((await call('/invitations', { json: { addresses: [JANE], language } })).status).toBe(422)
    expect(await languages()).toEqual([])
    expect((await call('/invitations', { json: { addresses: [JANE], language: 'pt' } })).status).toBe(200)
    expect(await languages()).toEqual([{ language: 'pt' }])
    await world.drain()
    expect(openings(world.mails[0]).link).toContain('/accept-invitation')
    expect(world.mails[0]?.text).toContain('convida você para participar de Acme como membro.')
  })

  it('is that of the page which says that an invitation was declined', async () => {
    const { world, link, token } = await invited({}, { language: 'de' })
    await decline(world, token)
    expect((await seen(await world.fetch(link))).heading).toBe('Einladung abgelehnt')
  })
})
