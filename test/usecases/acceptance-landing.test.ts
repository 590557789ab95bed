import { describe, expect, it } from 'vitest'
import { paths } from '../../src/paths'
import { addAccount, addTeam } from '../support/cast'
import { elements, texts } from '../support/html'
import { accept, acceptAsNew, invited, JANE, joining, open, seen, signingIn } from '../support/invitee'
import { cookieOf, run } from '../support/world'

const definitions = async (html: string) => {
  const [names, values] = [await texts(html, 'main dl dt'), await texts(html, 'main dl dd')]
  return Object.fromEntries(names.map((name, at) => [name, values[at]]))
}

/** Whoever has just made an account is offered a passkey first, and goes on from there. */
const offered = (to: string): string => paths.newPasskey({ offer: 1, next: to })

describe('without a landing address', () => {
  it('an admin lands on the overview, and is welcomed', async () => {
    const { world, token } = await invited({}, { role: 'admin' })
    const accepted = await acceptAsNew(world, token)
    const to = '/o/acme?notice=welcome'
    expect(accepted.headers.get('Location')).toBe(offered(to))
    const html = await (await world.fetch(to, { cookie: cookieOf(accepted) })).text()
    expect(await texts(html, 'h1')).toEqual(['Overview'])
    expect(await texts(html, '.toast')).toEqual([expect.stringMatching(/^Welcome!/)])
  })

  it.each([
    ['member', 'Member'],
    ['viewer', 'Viewer'],
  ])('an invitee of the role %s lands on their place in the organization', async (role, name) => {
    const { world, acme, token } = await invited({}, { role, department: 'Design' })
    for (const team of ['Core', 'Web'])
      await run('insert into invitation_team select id, ? from invitation', await addTeam(acme, team))
    const accepted = await acceptAsNew(world, token)
    expect(accepted.headers.get('Location')).toBe(offered('/o/acme?notice=welcome'))
    const home = await world.fetch('/o/acme?notice=welcome', { cookie: cookieOf(accepted) })
    expect(home.status).toBe(200)
    const html = await home.text()
    expect(await texts(html, 'h1')).toEqual(['Acme'])
    expect(await texts(html, '.toast')).toEqual([expect.stringMatching(/^Welcome!/)])
    expect(await texts(html, 'main .person')).toEqual([expect.stringContaining(`Jane Doe${JANE}`)])
    expect(await definitions(html)).toEqual({
      Role: expect.stringContaining(name),
      Department: 'Design',
      Teams: 'Core, Web',
      'Member since': 'Mar 1, 2026',
      'Invited by': 'Ada Admin',
    })
  })

  it('signing in and joining lead to the same place', async () => {
    const { world, token } = await invited()
    const jane = await addAccount('Jane Doe', JANE)
    const accepted = await accept(world, signingIn(token))
    expect(accepted.headers.get('Location')).toBe('/o/acme?notice=welcome')
    await run("update invitation set status = 'pending'")
    await run('delete from member where user_id = ?', jane.id)
    const joined = await accept(world, joining(token), { cookie: jane.cookie })
    expect(joined.headers.get('Location')).toBe('/o/acme?notice=welcome')
  })
})

describe('an organization’s landing address', () => {
  it.each(['/', '/welcome', '/start?from=usher#top'])(
    'that is a path is where they land: %s',
    async (path) => {
      const { world, token } = await invited({ landing_address: path })
      const accepted = await acceptAsNew(world, token)
      expect(accepted.status).toBe(303)
      expect(accepted.headers.get('Location')).toBe(offered(path))
      expect(cookieOf(accepted)).not.toBeNull()
    },
  )

  it('that is elsewhere is where a page of ours takes them, since a form may lead only here', async () => {
    const landing = 'https://app.example.com/start?a=1&b="2"'
    const { world, token } = await invited({ landing_address: landing })
    const accepted = await acceptAsNew(world, token)
    expect(accepted.status).toBe(200)
    expect(cookieOf(accepted)).not.toBeNull()
    expect(accepted.headers.get('Content-Security-Policy')).toMatch(/form-action 'self'/)
    const page = await seen(accepted)
    expect(page.links).toEqual([{ text: 'Continue', attributes: expect.objectContaining({ href: landing }) }])
    const [refresh] = await elements(page.html, 'meta[http-equiv=refresh]')
    expect(refresh?.attributes.content).toBe(`0;url=${landing}`)
    expect(page.text).toContain('app.example.com')
  })

  it.each([
    '//evil.test',
    '/\\evil.test',
    '/\t/evil.test',
    'http://evil.test',
    'javascript:alert(1)',
    'data:text/html,hello',
    '/\r\nSet-Cookie: a=b',
    'evil.test',
    '',
  ])('that is hostile counts as none: %j', async (address) => {
    const { world, token } = await invited({ landing_address: address })
    const accepted = await acceptAsNew(world, token)
    expect(accepted.status).toBe(303)
    expect(accepted.headers.get('Location')).toBe(offered('/o/acme?notice=welcome'))
  })
})

describe('whoever comes back to the link that made them a member', () => {
  it('is taken to the landing page, which says that the invitation is used', async () => {
    const { world, link, token } = await invited()
    const cookie = cookieOf(await acceptAsNew(world, token))
    const page = await open(world, link, cookie)
    expect(page.heading).toBe('Invitation already used')
    const [refresh] = await elements(page.html, 'meta[http-equiv=refresh]')
    expect(refresh?.attributes.content).toBe('0;url=/o/acme?notice=invitation-used')
    expect(page.links).toEqual([
      { text: 'Continue', attributes: expect.objectContaining({ href: '/o/acme?notice=invitation-used' }) },
    ])
    const home = await world.fetch('/o/acme?notice=invitation-used', { cookie })
    expect(await texts(await home.text(), '.toast')).toEqual([
      expect.stringMatching(/^Invitation already used/),
    ])
  })

  it('is not sent off to another site without a press', async () => {
    const { world, link, token } = await invited({ landing_address: 'https://app.example.com/' })
    const page = await open(world, link, cookieOf(await acceptAsNew(world, token)))
    expect(await elements(page.html, 'meta[http-equiv=refresh]')).toEqual([])
    expect(page.links[0]?.attributes.href).toBe('https://app.example.com/')
  })

  it('is asked to sign in again once they have signed out', async () => {
    const { world, link, token } = await invited()
    const cookie = cookieOf(await acceptAsNew(world, token))
    await world.fetch('/sign-out', { cookie, form: {} })
    expect((await open(world, link, cookie)).links.map(({ text }) => text)).toEqual(['Sign in'])
  })
})
