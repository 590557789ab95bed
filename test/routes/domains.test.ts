import { beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { MAX_DOMAINS, proofRecord } from '../../src/rules/domains'
import { type DnsAnswer, questionKey } from '../../src/rules/sending-domain'
import { addCast, type Cast, freshChange } from '../support/cast'
import { addConnection, addDomain, grant } from '../support/entrance'
import { elements, texts } from '../support/html'
import { createWorld, rows, run, START, type World } from '../support/world'

const PAGE = paths.domains('acme')
const PARTIAL = { 'HX-Request-Type': 'partial' }

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const visit = async (path = PAGE, headers: Record<string, string> = {}) =>
  (await world.fetch(path, { cookie: cast.admin.cookie, headers })).text()
const post = async (path: string, domain: string, headers: Record<string, string> = {}) => {
  const response = await world.fetch(path, {
    cookie: cast.admin.cookie,
    headers,
    form: { domain, change: freshChange() },
  })
  return {
    status: response.status,
    to: response.headers.get('Location'),
    trigger: response.headers.get('HX-Trigger'),
    html: await response.text(),
  }
}
const says = (answer: DnsAnswer, domain = 'acme.test') =>
  world.dns.set(questionKey({ name: domain, type: 'TXT' }), answer)
const check = (headers = {}) => post(paths.proveDomain('acme'), 'acme.test', headers)

test('the page stands among the settings, and says what to do where there is none yet', async () => {
  const html = await visit()
  expect(await texts(html, '.tabs a[aria-current=page]')).toEqual(['Domains'])
  expect(await texts(html, '.empty p')).toEqual(['No domain yet.'])
})

test('a domain that was added shows its record to copy, and one that is proven since when', async () => {
  const added = await post(PAGE, 'Jane@ACME.test')
  expect([added.status, added.to]).toEqual([303, paths.domains('acme', { notice: 'domain-added' })])
  await addDomain(cast.acme, 'proven.test', START)
  const [row] = await rows<{ proof: string }>("select proof from domain where domain = 'acme.test'")
  const html = await visit()
  expect(await texts(html, '.domains h2')).toEqual(['acme.test', 'proven.test'])
  expect(await texts(html, '.domains .badge')).toEqual(['Not proven yet', 'Proven'])
  expect(await texts(html, '.domains small')).toEqual([
    '4 active members',
    'since Mar 1, 2026 · 0 active members',
  ])
  const inputs = await elements(html, '.domains input[readonly]')
  expect(inputs.map(({ attributes }) => attributes.value)).toEqual([proofRecord(row?.proof ?? '')])
  const [copy] = await elements(html, '[data-copy]')
  expect(copy?.attributes['data-copy']).toBe(inputs[0]?.attributes.id)
})

test('what is refused stands beside the field, with what was typed', async () => {
  const { status, html } = await post(PAGE, 'jane@gmail.com')
  expect(status).toBe(422)
  expect(await texts(html, '#field-domain-error')).toEqual([
    expect.stringContaining('Anybody can have an address'),
  ])
  const [field] = await elements(html, '#field-domain')
  expect(field?.attributes.value).toBe('jane@gmail.com')
})

test('as many as there can be leave no form for another', async () => {
  for (let at = 0; at < MAX_DOMAINS; at++) await addDomain(cast.acme, `d${at}.test`, null)
  const html = await visit()
  expect(await elements(html, '#field-domain')).toEqual([])
  expect(await texts(html, '.domains h2')).toHaveLength(MAX_DOMAINS)
})

describe('a look at the name servers', () => {
  beforeEach(() => addDomain(cast.acme, 'acme.test', null))

  test('that finds nothing says so, and that it may take time', async () => {
    const { status, html } = await check()
    expect(status).toBe(200)
    const [finding] = await texts(html, '[role=alert]')
    expect(finding).toMatch(/There is no TXT record at acme\.test yet\..*can take minutes/)
  })

  test('that finds others lists them, as text', async () => {
    says({ kind: 'records', records: ['v=spf1 -all', '<script>alert(1)</script>'] })
    const { html } = await check()
    expect(await texts(html, '.finding code')).toEqual(['v=spf1 -all', '<script>alert(1)</script>'])
    expect(html).not.toContain('<script>alert')
  })

  test('that is not answered says why', async () => {
    says({ kind: 'silent', problem: 'the resolver did not answer in time.' })
    expect(await texts((await check()).html, '[role=alert]')).toEqual([
      'Could not be looked up: the resolver did not answer in time. Check again in a minute.',
    ])
  })

  test('that finds the record proves the domain, on the page and in a part of it', async () => {
    says({ kind: 'records', records: [proofRecord('proof-of-acme.test')] })
    expect(await check()).toMatchObject({
      status: 303,
      to: paths.domains('acme', { notice: 'domain-proven' }),
    })
    await run('update domain set proven_at = null')
    const { html, status } = await check(PARTIAL)
    expect(status).toBe(200)
    expect(html).not.toContain('<html')
    expect(await texts(html, '#domains .badge')).toEqual(['Proven'])
    expect(await texts(html, '.toast')).toEqual(['acme.test is proven'])
  })

  test('shows what it found in that part alone', async () => {
    const { html } = await check(PARTIAL)
    expect(html).not.toContain('<html')
    expect(await elements(html, '#domains .finding')).toHaveLength(1)
    expect(await elements(html, '.toast')).toEqual([])
  })
})

describe('removing', () => {
  const remove = (headers = {}) => visit(paths.removeDomain('acme', { domain: 'acme.test' }), headers)

  test('names the domain and what follows, as the settings are', async () => {
    await grant(cast.acme, await addConnection(cast.acme), cast.admin)
    await addDomain(cast.acme, 'acme.test', START)
    const off = (await texts(await remove(), 'form')).join()
    expect(off).toContain('Remove acme.test?')
    expect(off).not.toMatch(/no longer|without an invitation/)
    await run("update organization set sso_required = 'proven_domains', just_in_time = 1 where slug = 'acme'")
    const on = (await texts(await remove(PARTIAL), 'form')).join()
    expect(on).toContain(
      '4 active members with an address of acme.test no longer have to use single sign-on.',
    )
    expect(on).toContain('Nobody else with an address of acme.test gets in without an invitation.')
    await run('update domain set proven_at = null')
    expect((await texts(await remove(), 'form')).join()).toContain('nobody signs in differently')
  })

  test('is done by the press alone, and refreshes the list', async () => {
    await addDomain(cast.acme, 'acme.test', START)
    await remove()
    expect(await rows('select 1 from domain')).toHaveLength(1)
    const { html, trigger } = await post(paths.removeDomain('acme'), 'acme.test', PARTIAL)
    expect(trigger).toBe('list-changed, close-dialog')
    expect(await texts(html, '.toast')).toEqual(['Domain removed'])
    expect(await rows('select 1 from domain')).toEqual([])
  })

  test('of what is not listed, or another organization’s, is not found', async () => {
    await addDomain(cast.globex, 'acme.test', START)
    expect(
      (await world.fetch(paths.removeDomain('acme', { domain: 'acme.test' }), { cookie: cast.admin.cookie }))
        .status,
    ).toBe(404)
    for (const path of [paths.removeDomain('acme'), paths.proveDomain('acme')])
      expect((await post(path, 'acme.test')).status).toBe(404)
    expect(await rows('select organization_id from domain')).toEqual([{ organization_id: cast.globex.id }])
  })
})
