import { describe, expect, it } from 'vitest'
import { addAccount, inviteAndMail, newAccount } from '../support/cast'
import { everyRow } from '../support/dump'
import { ENDS } from '../support/ends'
import { texts } from '../support/html'
import {
  accept,
  acceptAsNew,
  decline,
  invited,
  JANE,
  joining,
  open,
  openings,
  resendAndMail,
  seen,
  signingIn,
} from '../support/invitee'
import { createWorld, rows, run } from '../support/world'

const end = async (how: string, settings: Record<string, string> = {}) => {
  const stage = await invited(settings)
  await ENDS[how]?.(stage)
  return stage
}

const HEADINGS: Record<string, string> = {
  expired: 'Invitation expired',
  'expired and swept': 'Invitation expired',
  revoked: 'Invitation revoked',
  replaced: 'Invitation replaced',
  'replaced by a renewal': 'Invitation replaced',
  used: 'Invitation already used',
  'used, by a newer link': 'Invitation already used',
  declined: 'Invitation declined',
}

describe.each(Object.keys(ENDS))('a link that is %s', (how) => {
  it('says so and offers nothing to accept', async () => {
    const { world, link } = await end(how)
    const page = await open(world, link)
    expect(page.heading).toBe(HEADINGS[how])
    expect([page.fields, page.buttons]).toEqual([[], []])
  })

  it('refuses whatever is posted to it, and says the same', async () => {
    const { world, token } = await end(how)
    const before = await everyRow()
    for (const form of [newAccount(token), joining(token)]) {
      const refused = await accept(world, form)
      expect(refused.status).toBe(409)
      expect(refused.headers.get('Set-Cookie')).toBeNull()
      expect((await seen(refused)).heading).toBe(HEADINGS[how])
    }
    const declined = await decline(world, token)
    expect((await open(world, declined.headers.get('Location') ?? '')).heading).toBe(HEADINGS[how])
    expect(await everyRow()).toEqual(before)
  })
})

describe('what helps on from a closed link:', () => {
  it('an expired one names the organization and whom to ask', async () => {
    const { world, link } = await end('expired')
    expect((await open(world, link)).text).toContain(
      'The invitation to Acme has run out. Ask Ada Admin for a new one.',
    )
  })

  it('a replaced one sends to the most recent mail', async () => {
    const { world, link } = await end('replaced')
    expect((await open(world, link)).text).toContain('Use the link in the most recent mail.')
  })

  it('a used one offers to sign in, at the organization', async () => {
    const { world, link } = await end('used')
    const { links } = await open(world, link)
    expect(links).toEqual([
      { text: 'Sign in', attributes: expect.objectContaining({ href: '/o/acme/sign-in' }) },
    ])
    const john = await addAccount('John Doe', 'john@example.com')
    expect((await open(world, link, john.cookie)).links.map(({ text }) => text)).toEqual(['Sign in'])
  })

  it('one that no invitation belongs to is invalid', async () => {
    const { world, link, token } = await invited()
    await run('delete from delivery')
    await run('delete from invitation')
    expect((await open(world, link)).heading).toBe('Invalid link')
    expect((await seen(await acceptAsNew(world, token))).heading).toBe('Invalid link')
  })

  it.each(['', '?token=', '?token=nonsense', '?token=a&token=b', '?other=1'])(
    'one without a token of ours is invalid, and not found: %s',
    async (query) => {
      const world = createWorld()
      const response = await world.fetch(`/accept-invitation${query}`)
      expect(response.status).toBe(404)
      expect((await seen(response)).heading).toBe('Invalid link')
    },
  )
})

describe('what an organization lets its closed links say', () => {
  it.each([
    ['precise', 'revoked', 'Invitation revoked'],
    ['precise', 'replaced', 'Invitation replaced'],
    ['revoked_as_expired', 'revoked', 'Invitation expired'],
    ['revoked_as_expired', 'replaced', 'Invitation replaced'],
    ['revoked_as_expired', 'expired', 'Invitation expired'],
    ['invalid', 'revoked', 'Invalid token'],
    ['invalid', 'replaced', 'Invalid token'],
    ['invalid', 'expired', 'Invitation expired'],
    ['invalid', 'used', 'Invitation already used'],
    ['invalid', 'declined', 'Invitation declined'],
  ])('is its setting %s: %s reads %s, opened or posted to', async (setting, how, heading) => {
    const { world, link, token } = await end(how, { closed_link: setting })
    const opened = await open(world, link)
    const posted = await seen(await acceptAsNew(world, token))
    for (const { heading: said, html } of [opened, posted]) {
      expect(said).toBe(heading)
      if (heading !== 'Invitation revoked') expect(html).not.toMatch(/revoked|taken back/i)
      if (heading === 'Invalid token') expect(html).not.toMatch(/Acme|Ada|Jane/i)
    }
  })
})

describe('declining', () => {
  it('ends the invitation with an event, and cancels a mail that still waits', async () => {
    const { world, admin, link, token } = await invited()
    await run("update delivery set state = 'queued'")
    const declined = await decline(world, token)
    expect(declined.status).toBe(303)
    expect((await open(world, declined.headers.get('Location') ?? '')).heading).toBe('Invitation declined')
    expect((await open(world, link)).heading).toBe('Invitation declined')
    expect(await rows('select status from invitation')).toEqual([{ status: 'declined' }])
    expect(await rows("select state from delivery where kind = 'invitation'")).toEqual([
      { state: 'cancelled' },
    ])
    expect(
      await rows("select actor_kind, target_name from audit_event where action = 'invitation.declined'"),
    ).toEqual([{ actor_kind: 'invitee', target_name: JANE }])
    const list = await world.fetch('/o/acme/invitations?tab=declined', { cookie: admin.cookie })
    expect(await texts(await list.text(), 'tbody th.email')).toEqual([JANE])
  })

  it('pressed twice is one event', async () => {
    const { world, token } = await invited()
    await Promise.all([decline(world, token), decline(world, token)])
    await decline(world, token)
    expect(await rows("select id from audit_event where action = 'invitation.declined'")).toHaveLength(1)
  })

  it('is nothing that a link, a forged one or another site can do', async () => {
    const { world, token } = await invited()
    const before = await everyRow()
    expect((await world.fetch(`/decline-invitation?token=${token}`)).status).toBe(404)
    expect((await decline(world, `${token.slice(0, -1)}x`)).status).toBe(404)
    const crossSite = { form: { token }, headers: { Origin: 'https://evil.test' } }
    expect((await world.fetch('/decline-invitation', crossSite)).status).toBe(403)
    expect((await world.fetch('/accept-invitation', { ...crossSite, form: newAccount(token) })).status).toBe(
      403,
    )
    expect(await everyRow()).toEqual(before)
  })
})

describe('a newer link', () => {
  it('works where the one before it does not', async () => {
    const { world, admin, token } = await invited()
    const newer = await resendAndMail(world, admin)
    expect((await acceptAsNew(world, token)).status).toBe(409)
    expect((await acceptAsNew(world, newer.token)).status).toBe(303)
  })

  it('of a revoked or declined address is another invitation’s', async () => {
    const { world, admin, token } = await invited()
    await decline(world, token)
    const fresh = openings(await inviteAndMail(world, admin, JANE))
    expect((await accept(world, signingIn(token))).status).toBe(409)
    expect((await acceptAsNew(world, fresh.token)).status).toBe(303)
  })
})
