import { describe, expect, test } from 'vitest'
import { type InvitationMail, renderInvitationMail } from '../../views/mail/invitation'
import { addCast, inviteAndMail, newAccount, type Person } from '../support/cast'
import { elements, texts } from '../support/html'
import { inviteAndHold } from '../support/mail'
import { cookieOf, createWorld, linkIn, run, START, tokenIn } from '../support/world'

const LINK = 'https://usher.example/accept-invitation?token=abc-_123'
const render = (content: Partial<InvitationMail['content']> = {}, link = LINK) =>
  renderInvitationMail({
    content: {
      organization: 'Acme',
      inviter: 'Ada Admin',
      role: 'viewer',
      note: '',
      expiresAt: START,
      to: 'jane@example.com',
      from: 'Usher <invitations@usher.example>',
      ...content,
    },
    link,
  })

const linksOf = async (html: string) =>
  (await elements(html, 'a')).map(({ text, attributes }) => [text, attributes.href])

const HOSTILE = '"><script src=//evil.example></script><img onerror=alert(1)>&amp;\'`{{7*7}}'

describe('an invitation’s mail', () => {
  test('says in HTML and in text who invites, into what, as what and until when', async () => {
    const mail = render()
    expect(mail).toMatchObject({
      to: 'jane@example.com',
      from: '"Acme" <invitations@usher.example>',
      subject: 'Ada Admin invites you to join Acme',
    })
    expect(await texts(mail.html, 'h1')).toEqual(['Join Acme'])
    const [body = ''] = await texts(mail.html, 'body')
    for (const words of [
      'Ada Admin invites you to join Acme as Viewer.',
      'The link works until Mar 1, 2026, 12:00 UTC.',
      'This invitation is for jane@example.com.',
    ]) {
      expect(body).toContain(words)
      expect(mail.text).toContain(words)
    }
    expect(mail.html).toMatch(/^<!doctype html><html lang="en">/)
  })

  test('has a button and the bare link, which lead to the same page', async () => {
    const { html, text } = render()
    expect(await linksOf(html)).toEqual([
      ['Accept invitation', LINK],
      [LINK, LINK],
    ])
    expect(text.split('\n').filter((line) => line.includes('http'))).toEqual([LINK])
  })

  test('names no role where none is offered', async () => {
    const { html, text } = render({ role: null })
    expect((await texts(html, 'body'))[0]).toContain('invites you to join Acme.')
    expect(text).toContain('invites you to join Acme.')
  })

  test('quotes a note of several lines, so that none of it reads as the mail’s own words', async () => {
    const note = 'Welcome!\n\nAccept the invitation:\nhttps://evil.example'
    const { html, text } = render({ note })
    expect(html).toMatch(/<blockquote[^>]*>Welcome!<br\/?><br\/?>Accept the invitation:<br\/?>https/)
    expect(text).toContain('> Welcome!\n> \n> Accept the invitation:\n> https://evil.example\n\nAccept the')
    expect((await linksOf(html)).map(([, href]) => href)).toEqual([LINK, LINK])
    expect(await elements(render().html, 'blockquote')).toEqual([])
  })

  test('shows hostile names and notes as the words they are', async () => {
    const { html, text, subject } = render({
      organization: HOSTILE,
      inviter: HOSTILE,
      note: HOSTILE,
      to: HOSTILE,
    })
    expect(await elements(html, 'script, img')).toEqual([])
    const [body = ''] = await texts(html, 'body')
    expect(body).toContain(`${HOSTILE} invites you to join ${HOSTILE} as Viewer.`)
    expect(await texts(html, 'blockquote')).toEqual([HOSTILE])
    expect(await texts(html, 'title')).toEqual([subject])
    expect(text).toContain(`> ${HOSTILE}`)
  })
})

describe('names that would break out of a header', () => {
  const BREAKING = 'Acme\r\nBcc: everyone@example.com\u2028\u0000\u202etxt.exe\u0085x'
  const TAME = 'Acme Bcc: everyone@example.com txt.exe x'
  const HIDDEN = /(?!\n)\p{Cc}|\p{Bidi_C}|\p{Zl}|\p{Zp}/u

  test('are one harmless line in the subject when they were typed at the set-up', async () => {
    const world = createWorld()
    const password = 'a password nobody guesses'
    const setUp = await world.fetch('/setup', {
      form: {
        organization: BREAKING,
        accountScope: 'shared',
        firstName: BREAKING,
        lastName: 'Evil\nX-Header: 1',
        address: 'eve@example.com',
        password,
        confirmation: password,
        change: 'setup',
      },
    })
    const slug = /^\/o\/([^/]+)\//.exec(setUp.headers.get('Location') ?? '')?.[1]
    const note = 'Hello\r\nthere\u202e\u0007!'
    await world.fetch(`/o/${slug}/invitations`, {
      cookie: cookieOf(setUp),
      form: { addresses: 'jane@example.com', note },
    })
    await world.drain()

    const [mail] = world.mails
    expect(mail?.subject).toBe(`${TAME} Evil X-Header: 1 invites you to join ${TAME}`)
    expect(mail?.html).not.toMatch(HIDDEN)
    expect(mail?.text).not.toMatch(HIDDEN)
    expect(mail?.text).toContain('> Hello\n> there!')
  })

  test('are one harmless line in the subject when an invitee or an API key brought them', async () => {
    const world = createWorld()
    const { admin, owner } = await addCast()
    const token = tokenIn(await inviteAndMail(world, admin, 'eve@example.com', { role: 'admin' }))
    const form = newAccount(token, { firstName: BREAKING, lastName: 'Evil' })
    const eve = cookieOf(await world.fetch('/accept-invitation', { form }))
    await world.fetch('/o/acme/invitations', { cookie: eve, form: { addresses: 'jane@example.com' } })
    const made = await world.fetch('/o/acme/settings/api-keys', {
      cookie: owner.cookie,
      form: { name: BREAKING, role: 'admin', access: 'write', change: 'key' },
    })
    const key = /usher_[\w-]{20,}/.exec(await made.text())?.[0]
    await world.fetch('/api/v1/invitations', {
      headers: { Authorization: `Bearer ${key}` },
      json: { addresses: ['joe@example.com'] },
    })
    await world.drain()

    expect(world.mails.slice(1).map(({ subject }) => subject)).toEqual([
      `${TAME} Evil joined Acme`,
      `${TAME} Evil invites you to join Acme`,
      `${TAME} invites you to join Acme`,
    ])
  })

  test('never come in through an address: every mail has one recipient', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    await world.consume(
      await inviteAndHold(
        world,
        admin,
        'jane@example.com\r\nBcc: joe@example.com\r\nX: "a\\"@example.com, b@example.com" <jim@example.com>',
      ),
    )
    expect(world.mails.length).toBeGreaterThan(0)
    for (const { to } of world.mails) expect(to).toMatch(/^[^\s,;<>"]+@[^\s@,;<>"]+$/)
  })
})

describe('the content of a mail', () => {
  /** Sends to Jane while the provider is away; hands over the mail of the first attempt and the queue's messages. */
  const firstAttempt = async (admin: Person) => {
    const world = createWorld()
    const messages = await inviteAndHold(world, admin, 'jane@example.com', { note: 'Hello', role: 'viewer' })
    const seen: unknown[] = []
    world.provider.answer = (mail) => {
      seen.push(mail)
      return { kind: 'retry', reason: 'Busy.', afterSeconds: null }
    }
    await world.consume(messages)
    return { mail: seen[0], messages }
  }

  test('is frozen when it is queued: a retry is the same in every byte, whatever changed since', async () => {
    const { admin } = await addCast()
    const { mail, messages } = await firstAttempt(admin)
    await run("update organization set name = 'Renamed', role_at_sending = 'not_offered'")
    await run("update user set name = 'Somebody Else'")
    await run(
      "update invitation set note = 'Edited', role = 'admin', inviter_name = 'Nobody', expires_at = expires_at + 1",
    )

    const later = createWorld({ MAIL_FROM: 'Other <other@usher.example>', APP_URL: 'http://localhost:9999' })
    later.clock.now += 60_000
    await later.consume(messages)

    expect(later.mails).toEqual([mail])
  })

  test('is of the settings at sending: where from, and where its link leads', async () => {
    const { admin } = await addCast()
    const world = createWorld({ MAIL_FROM: 'Other <other@usher.example>', APP_URL: 'http://localhost:9999' })
    await world.fetch('http://localhost:9999/o/acme/invitations', {
      cookie: admin.cookie,
      headers: { Origin: 'http://localhost:9999', Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' },
      form: { addresses: 'jane@example.com' },
    })
    await world.drain()
    expect(world.mails[0]?.from).toBe('"Acme" <other@usher.example>')
    expect(linkIn(world.mails[0])).toMatch(/^http:\/\/localhost:9999\/accept-invitation\?token=/)
    expect(`${world.mails[0]?.html}${world.mails[0]?.text}`).not.toContain('evil.example')
  })

  test('mentions the role unless the organization does not offer one', async () => {
    const world = createWorld()
    const { admin } = await addCast({ role_at_sending: 'not_offered' })
    const mail = await inviteAndMail(world, admin, 'jane@example.com', { role: 'admin' })
    expect(mail.text).toContain('Ada Admin invites you to join Acme.')
    expect((await texts(mail.html, 'body'))[0]).toContain('Ada Admin invites you to join Acme.')
  })
})
