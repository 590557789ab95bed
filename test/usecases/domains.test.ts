import { beforeEach, describe, expect, test } from 'vitest'
import { MAX_DOMAINS, proofRecord } from '../../src/rules/domains'
import { questionKey } from '../../src/rules/sending-domain'
import { addDomain, listDomains, proveDomain, removeDomain } from '../../src/usecases/domains'
import { as, refusalOf, withKey } from '../support/acting'
import { actor, target, written } from '../support/audit'
import { addApiKey, addCast, type Cast, type Company, freshChange, type Person } from '../support/cast'
import { everyRow } from '../support/dump'
import { interleaved, merges } from '../support/interleaving'
import { meddledDatabase } from '../support/meddling'
import { createWorld, rows, run, START, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const DOMAIN = 'acme.test'
const PROOF = 'a-proof'

const list = (company: Company, domain = DOMAIN, provenAt: number | null = null, proof = PROOF) =>
  run('insert into domain values (?, ?, ?, ?, ?)', company.id, domain, proof, provenAt, START)
const publish = (proof = PROOF, domain = DOMAIN) =>
  world.dns.set(questionKey({ name: domain, type: 'TXT' }), {
    kind: 'records',
    records: ['v=spf1 -all', proofRecord(proof)],
  })
const listed = () =>
  rows<{ domain: string; proven_at: number | null }>('select domain, proven_at from domain order by domain')

type Of = { domain?: string; change?: string; world?: World; slug?: string }
const acting =
  <T>(
    verb: (ctx: Parameters<typeof addDomain>[0], input: { domain: string; change: string }) => Promise<T>,
  ) =>
  (who: Person, { domain = DOMAIN, change = freshChange(), slug = 'acme', ...rest }: Of = {}) =>
    as(rest.world ?? world, who, (ctx) => verb(ctx, { domain, change }), slug)
const add = acting(addDomain)
const prove = acting(proveDomain)
const remove = acting(removeDomain)

const VERBS = { add: addDomain, prove: proveDomain, remove: removeDomain }
/** What has to be there before each. */
const prepare = async (name: string) => {
  if (name !== 'add') await list(cast.acme)
  publish()
}

describe.each(Object.entries(VERBS))('to %s a domain', (name, verb) => {
  const does = acting<unknown>(verb)
  beforeEach(() => prepare(name))

  test('needs Settings: Manage', async () => {
    const before = await everyRow()
    for (const who of [cast.member, cast.viewer])
      expect(await refusalOf(does(who))).toEqual({ code: 'forbidden', permission: 'settings:manage' })
    expect(await refusalOf(does(cast.outsider))).toEqual({ code: 'not_found' })
    expect(await everyRow()).toEqual(before)
  })

  test('is refused to a read-only key', async () => {
    const key = await addApiKey(cast.acme, 'admin', 'read')
    expect(
      await refusalOf(withKey(world, key, (ctx) => verb(ctx, { domain: DOMAIN, change: freshChange() }))),
    ).toEqual({ code: 'read_only_key' })
  })

  test('twice by the same press is done once', async () => {
    const change = freshChange()
    const events = await written(() => does(cast.admin, { change }))
    expect(events).toMatchObject([
      { action: { add: 'domain.added', prove: 'domain.proven', remove: 'domain.removed' }[name] },
    ])
    const after = await everyRow()
    if (name !== 'prove') await does(cast.admin, { change })
    await Promise.allSettled([does(cast.admin, { change }), does(cast.admin, { change })])
    expect(await everyRow()).toEqual(after)
  })

  test('by who is deactivated just before the commit is not done', async () => {
    world.env.DB = meddledDatabase(() =>
      run("update member set status = 'inactive' where user_id = ?", cast.admin.id),
    )
    const before = await listed()
    expect(await refusalOf(does(cast.admin))).toEqual({ code: 'forbidden', permission: 'settings:manage' })
    expect(await listed()).toEqual(before)
  })

  test('leaves another organization’s alone', async () => {
    await list(cast.globex, DOMAIN, null, 'theirs')
    await does(cast.admin)
    expect(
      await rows('select domain, proof, proven_at from domain where organization_id = ?', cast.globex.id),
    ).toEqual([{ domain: DOMAIN, proof: 'theirs', proven_at: null }])
  })
})

test('a domain is added as it was read, with a proof that no other has', async () => {
  expect(await add(cast.admin, { domain: 'Jane@Müller.test' })).toBe('xn--mller-kva.test')
  await add(cast.admin, { domain: 'acme.test' })
  await add(cast.outsider, { domain: 'acme.test', slug: 'globex' })
  const proofs = await rows<{ proof: string; proven_at: null }>('select proof, proven_at from domain')
  expect(new Set(proofs.map(({ proof }) => proof)).size).toBe(3)
  for (const { proof, proven_at } of proofs) {
    expect(proof).toMatch(/^[0-9a-f]{32}$/)
    expect(proven_at).toBeNull()
  }
})

test('what cannot be proven, or is listed, is refused in words beside the field', async () => {
  await list(cast.acme)
  for (const [domain, words] of [
    ['gmail.com', 'Anybody'],
    ['127.0.0.1', 'IP address'],
    ['localhost', 'look that one up'],
    ['', 'Enter a domain'],
    ['ACME.test', 'in the list already'],
  ] as const)
    expect(await refusalOf(add(cast.admin, { domain }))).toEqual({
      code: 'invalid_input',
      fields: { domain: expect.stringContaining(words) },
    })
  expect(await listed()).toHaveLength(1)
})

test(`no more than ${MAX_DOMAINS} are listed, whoever adds at once`, async () => {
  for (let at = 1; at < MAX_DOMAINS; at++) await list(cast.acme, `d${at}.test`)
  for (const order of merges(1, 1)) {
    await run("delete from domain where domain like 'race%'")
    const added = await interleaved(
      order,
      [0, 1].map((at) => async (DB: D1Database) => {
        const own = createWorld({ DB })
        try {
          return await as(own, cast.admin, (ctx) =>
            addDomain(ctx, { domain: `race${at}.test`, change: freshChange() }),
          )
        } catch {
          return null
        }
      }),
    )
    expect(added.filter(Boolean)).toHaveLength(1)
    expect(await listed()).toHaveLength(MAX_DOMAINS)
  }
  expect(await refusalOf(add(cast.admin, { domain: 'more.test' }))).toEqual({
    code: 'invalid_input',
    fields: { domain: expect.stringContaining('up to 50') },
  })
})

test('the same domain added by two at once is listed once', async () => {
  const [one, other] = await Promise.allSettled([add(cast.admin), add(cast.owner)])
  expect([one.status, other.status].sort()).toEqual(['fulfilled', 'rejected'])
  expect(await listed()).toEqual([{ domain: DOMAIN, proven_at: null }])
})

describe('a proof', () => {
  test('counts from when its record was seen, for this organization alone', async () => {
    await list(cast.acme)
    await list(cast.globex, DOMAIN, null, 'theirs')
    expect(await prove(cast.admin)).toEqual({ kind: 'missing', found: [] })
    publish('theirs')
    expect(await prove(cast.admin)).toEqual({
      kind: 'missing',
      found: ['usher-verification=theirs', 'v=spf1 -all'],
    })
    publish()
    world.clock.now += 1000
    expect(await prove(cast.admin)).toEqual({ kind: 'proven' })
    expect(await rows('select organization_id, proven_at from domain where proven_at is not null')).toEqual([
      { organization_id: cast.acme.id, proven_at: START + 1000 },
    ])
  })

  test('that is there already is not looked for again', async () => {
    await list(cast.acme, DOMAIN, START)
    expect(await written(async () => expect(await prove(cast.admin)).toEqual({ kind: 'proven' }))).toEqual([])
  })

  test('is not taken from a resolver that does not answer', async () => {
    await list(cast.acme)
    world.dns.set(questionKey({ name: DOMAIN, type: 'TXT' }), { kind: 'silent', problem: 'it slept.' })
    expect(await prove(cast.admin)).toEqual({ kind: 'silent', problem: 'it slept.' })
    expect(await listed()).toEqual([{ domain: DOMAIN, proven_at: null }])
  })

  test('of a domain removed and added again while it was looked up does not count', async () => {
    await list(cast.acme)
    publish()
    world.env.DB = meddledDatabase(async () => {
      await run('delete from domain')
      await list(cast.acme, DOMAIN, null, 'another')
    })
    expect(await refusalOf(prove(cast.admin))).toEqual({ code: 'changed_meanwhile' })
    expect(await listed()).toEqual([{ domain: DOMAIN, proven_at: null }])
  })

  test('of a domain that is not listed is none', async () => {
    await list(cast.globex)
    publish()
    expect(await refusalOf(prove(cast.admin))).toEqual({ code: 'not_found' })
    expect(await refusalOf(remove(cast.admin))).toEqual({ code: 'not_found' })
  })
})

test('what happens to a domain is written down, whether it was proven included', async () => {
  const event = (action: string, detail: object) => ({
    organization_id: cast.acme.id,
    action,
    at: START,
    detail,
    ...actor('user', cast.admin.id, 'Ada Admin'),
    ...target('domain', DOMAIN, DOMAIN),
  })
  expect(await written(() => add(cast.admin))).toEqual([event('domain.added', {})])
  expect(await written(() => remove(cast.admin))).toEqual([
    event('domain.removed', { before: { proven: false } }),
  ])
  await list(cast.acme)
  publish()
  expect(await written(() => prove(cast.admin))).toEqual([event('domain.proven', {})])
  expect(await written(() => remove(cast.admin))).toEqual([
    event('domain.removed', { before: { proven: true } }),
  ])
  expect(await listed()).toEqual([])
})

test('the list says how many active members have an address of each, those not proven first', async () => {
  await list(cast.acme, 'acme.test', START)
  await list(cast.acme, 'zeta.test')
  await run("update member set status = 'inactive' where user_id = ?", cast.viewer.id)
  const found = await as(world, cast.admin, listDomains)
  expect(found.map(({ domain, members }) => [domain, members])).toEqual([
    ['zeta.test', 0],
    ['acme.test', 3],
  ])
})
