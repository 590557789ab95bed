import { beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { addAccount, addCast, addMember, type Cast, PASSWORD } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { addConnection, addDomain } from '../support/entrance'
import { elements, texts } from '../support/html'
import { cookieOf, createWorld, run, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const ask = (required: string, slug = 'acme') =>
  run('update organization set sso_required = ? where slug = ?', required, slug)
const shown = async (path: string) => {
  const html = await (await world.fetch(path)).text()
  const links = (await elements(html, 'a.button')).map(({ attributes }) => attributes.href)
  return { hasPassword: (await elements(html, 'input[type=password]')).length > 0, links }
}
const press = async (path: string, address: string, password = PASSWORD, next = '') => {
  const response = await world.fetch(path, { form: { address, password, next } })
  const html = await response.text()
  return {
    status: response.status,
    to: response.headers.get('Location'),
    cookie: cookieOf(response),
    alert: await texts(html, '[role=alert]'),
    html,
  }
}
const ACME = paths.organizationSignIn('acme')
const SSO = paths.organizationSso('acme')

describe('where everybody has to use single sign-on', () => {
  beforeEach(async () => {
    await addConnection(cast.acme)
    await ask('everybody')
  })

  test('the organization’s page has no password form, and takes none that is posted all the same', async () => {
    expect(await shown(ACME)).toEqual({ hasPassword: false, links: [SSO] })
    const before = await everyRow()
    const answer = await press(ACME, cast.admin.address)
    expect(answer).toMatchObject({
      status: 403,
      cookie: null,
      alert: [expect.stringContaining('own identity provider')],
    })
    expect(await elements(answer.html, 'input[type=password]')).toEqual([])
    expect(await everyRow()).toEqual(before)
  })

  test('the page of all still signs a shared account in, and the organization itself then asks', async () => {
    expect((await shown(paths.signIn())).hasPassword).toBe(true)
    const answer = await press(paths.signIn(), cast.admin.address)
    expect(answer).toMatchObject({ status: 303, cookie: expect.any(String) })
    const home = await world.fetch('/o/acme', { cookie: answer.cookie })
    expect(home.headers.get('Location')).toBe(paths.organizationSignIn('acme', '/o/acme'))
  })

  test('another organization’s page is as it was', async () => {
    expect((await shown(paths.organizationSignIn('globex'))).hasPassword).toBe(true)
    expect((await press(paths.organizationSignIn('globex'), cast.outsider.address)).status).toBe(303)
  })

  test('passwords are back once nobody can sign in through the connection', async () => {
    await run('update connection set enabled = 0')
    expect(await shown(ACME)).toEqual({ hasPassword: true, links: [] })
    expect((await press(ACME, cast.admin.address)).status).toBe(303)
  })

  test('the only organization of a deployment hides them on the page of all where accounts are its own', async () => {
    await run("update organization set delete_at = 0 where slug = 'globex'")
    expect((await shown(paths.signIn())).hasPassword).toBe(true)
    await run("update organization set account_scope = 'own' where slug = 'acme'")
    expect(await shown(paths.signIn())).toEqual({ hasPassword: false, links: [SSO] })
  })
})

describe('where addresses of proven domains have to use single sign-on', () => {
  beforeEach(async () => {
    await addConnection(cast.acme)
    await ask('proven_domains')
    await addDomain(cast.acme, 'acme.test')
    await addMember(cast.acme, await addAccount('Carl Contractor', 'carl@contractors.test'), 'member')
  })

  test('a contractor signs in with a password as ever', async () => {
    expect(await shown(ACME)).toEqual({ hasPassword: true, links: [SSO] })
    expect(await press(ACME, 'carl@contractors.test')).toMatchObject({ status: 303, to: '/o/acme' })
  })

  test.each(['ada.admin@acme.test', ' Ada.Admin@ACME.test', 'ada.admin@ａｃｍｅ.test'])(
    'the right password of %s is not taken',
    async (address) => {
      const before = await everyRow()
      const answer = await press(ACME, address, PASSWORD, '/o/acme/members')
      expect(answer).toMatchObject({ status: 403, cookie: null })
      const links = (await elements(answer.html, 'a.button')).map(({ attributes }) => attributes.href)
      expect(links).toEqual([paths.organizationSso('acme', { next: '/o/acme/members' })])
      expect(await everyRow()).toEqual(before)
    },
  )

  test('whether there is such an account shows neither in the words nor in the work', async () => {
    const { costOf } = counting(world)
    const answers: unknown[] = []
    for (const [address, password] of [
      ['ada.admin@acme.test', PASSWORD],
      ['ada.admin@acme.test', 'wrong'],
      ['xda.admin@acme.test', PASSWORD],
    ] as const) {
      let html = ''
      const cost = await costOf(async () => {
        html = (await press(ACME, address, password)).html
      })
      answers.push({
        cost,
        html: html.replace(address, '…').replace(/&quot;challenge&quot;:&quot;[^&]*/, ''),
      })
    }
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    expect(answers[0]).toMatchObject({ cost: { d1: 1 } })
  })

  test('a domain that is only listed, another organization’s, or one below a proven one asks for nothing', async () => {
    await run('delete from domain')
    await addDomain(cast.acme, 'acme.test', null)
    await addDomain(cast.globex, 'acme.test')
    await addDomain(cast.acme, 'test')
    await addDomain(cast.acme, 'mail.acme.test')
    expect((await press(ACME, 'ada.admin@acme.test')).status).toBe(303)
  })

  test('on the page of all the password is taken', async () => {
    expect((await press(paths.signIn(), 'ada.admin@acme.test')).status).toBe(303)
  })
})

test('where it is not required both ways are there', async () => {
  await addConnection(cast.acme)
  await addDomain(cast.acme, 'acme.test')
  expect(await shown(ACME)).toEqual({ hasPassword: true, links: [SSO] })
  expect((await press(ACME, 'ada.admin@acme.test')).status).toBe(303)
})
