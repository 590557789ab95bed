import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { verifyPassword } from '../../src/passwords'
import { operating } from '../support/operator'

let command: ReturnType<typeof operating>
let database: DatabaseSync

// Olga owns Acme and Globex; her address is also an account of Initech's own.
beforeEach(() => {
  command = operating('.ci/recover.mjs')
  database = command.database
  database.exec(`
    insert into organization (id, name, slug, created_at, account_scope, sso_required, required_factor) values
      ('1', 'Acme', 'acme', 0, 'shared', 'everybody', 'passkey'),
      ('2', 'Globex', 'globex', 0, 'shared', 'off', 'second_factor'),
      ('3', 'Initech', 'initech', 0, 'own', 'off', 'passkey');
    insert into user (id, account_scope, address, typed_address, name, password_hash, created_at) values
      ('olga', 'shared', 'olga.o''neil@acme.test', 'Olga.O''Neil@acme.test', 'Olga', 'old', 0),
      ('own', '3', 'olga.o''neil@acme.test', 'olga.o''neil@acme.test', 'Olga', 'old', 0),
      ('max', 'shared', 'max@acme.test', 'max@acme.test', 'Max', 'old', 0);
    insert into member (organization_id, user_id, role, joined_at) values
      ('1', 'olga', 'owner', 0), ('2', 'olga', 'owner', 0), ('3', 'own', 'owner', 0), ('1', 'max', 'member', 0);
    insert into passkey (id, user_id, name, public_key, counter, transports, backed_up, created_at)
      select 'p' || id, id, 'Phone', 'x', 0, '[]', 0, 0 from user;
    insert into authenticator (user_id, secret, confirmed_at, created_at) select id, 'sealed', 0, 0 from user;
    insert into recovery_code (user_id, digest, created_at) select id, 'd', 0 from user;
    insert into session (hash, user_id, created_at, expires_at) select 's' || id, id, 0, 9e15 from user;
    insert into session_grant (session_hash, organization_id, connection_id, created_at, expires_at)
      values ('solga', '1', 'c', 0, 9e15);
    insert into password_reset (id, user_id, key_id, token_hash, expires_at, status, created_at)
      values ('r', 'olga', 'k', 'h', 9e15, 'requested', 0)`)
})

afterEach(() => command.end())

const recover = (...given: Parameters<typeof command.run>) => {
  const ran = command.run(...given)
  return { ...ran, password: /One-time password: (\S+)/.exec(ran.said)?.[1] ?? '' }
}

const OLGA = 'olga.o’neil@acme.test'.replace('’', "'")
const all = (sql: string) =>
  database
    .prepare(sql)
    .all()
    .map((row) => ({ ...row }))
const hashOf = (id: string) =>
  String(all(`select password_hash from user where id = '${id}'`)[0]?.password_hash)
/** Accounts that still have something in each of these. */
const protectedBy = () =>
  ['passkey', 'authenticator', 'recovery_code', 'session'].map((table) =>
    all(`select user_id from ${table} order by user_id`).map(({ user_id }) => user_id),
  )
const organizations = () =>
  all('select slug, sso_required, required_factor from organization order by id').map((row) =>
    Object.values(row).join(' '),
  )

test('whoever has lost everything gets a password that works, and nothing else of theirs does any more', async () => {
  const { status, said, password, calls } = recover([OLGA.toUpperCase()])
  expect(said).toContain("Olga.O'Neil@acme.test: recovered.")
  expect(status).toBe(0)
  expect(calls).toHaveLength(1)
  expect(calls[0]).toMatch(/^d1 execute DB --remote --json --command /)
  expect(calls[0]).not.toContain(password)
  expect(password).toMatch(/^[2-9a-z]{5}(-[2-9a-z]{5}){3}$/)
  expect(await verifyPassword(password, hashOf('olga'))).toEqual({ ok: true, outdated: false })
  expect(protectedBy()).toEqual(Array(4).fill(['max', 'own']))
  expect([hashOf('own'), hashOf('max')]).toEqual(['old', 'old'])
  expect(all('select 1 from session_grant')).toEqual([])
  expect(all('select status from password_reset')).toEqual([{ status: 'ended' }])
  expect(organizations()).toEqual([
    'acme everybody passkey',
    'globex off second_factor',
    'initech off passkey',
  ])
  expect(all('select * from audit_event')).toEqual([
    expect.objectContaining({
      organization_id: null,
      action: 'account.recovered',
      actor_kind: 'system',
      actor_id: null,
      actor_name: 'Deployment',
      target_kind: 'user',
      target_id: 'olga',
      target_name: "Olga.O'Neil@acme.test",
      detail: '{"before":{"passkeys":1,"authenticator":true,"recoveryCodes":1}}',
    }),
  ])
})

test('the organization that an owner names requires nothing any more, and its log says so; others do', () => {
  const { said } = recover([OLGA, '--organization', 'acme'])
  expect(said).toContain('Acme: single sign-on, a passkey or a second factor is not required any more.')
  expect(organizations()).toEqual(['acme off none', 'globex off second_factor', 'initech off passkey'])
  expect(all("select * from audit_event where action = 'settings.changed'")).toEqual([
    expect.objectContaining({
      organization_id: '1',
      actor_name: 'Deployment',
      target_kind: 'organization',
      target_id: '1',
      target_name: 'Acme',
      detail:
        '{"ssoRequired":"off","before":{"ssoRequired":"everybody","requiredFactor":"passkey"},"requiredFactor":"none"}',
    }),
  ])
  expect(recover([OLGA, '--organization', 'acme']).said).toContain(
    'neither single sign-on nor a second factor',
  )
})

test('an account of one organization alone is found there, and the shared one with its address stays', () => {
  const { said } = recover([OLGA, '--organization', 'initech'])
  expect(said).toContain('Sign in with it at /o/initech/sign-in')
  expect(hashOf('own')).not.toBe('old')
  expect(hashOf('olga')).toBe('old')
  expect(protectedBy()).toEqual(Array(4).fill(['max', 'olga']))
  expect(organizations()[2]).toBe('initech off none')
})

test('whoever is no owner is recovered, and what the organization requires stays', () => {
  const { said, status } = recover(['max@acme.test', '--organization', 'acme'])
  expect(status).toBe(0)
  expect(said).toContain('Acme: what it requires stays as it is')
  expect(hashOf('max')).not.toBe('old')
  expect(organizations()[0]).toBe('acme everybody passkey')
})

test.each([
  [['nobody@acme.test'], 'There is no such account'],
  [['max@acme.test', '--organization', 'globex'], 'There is no such account in globex'],
  [[OLGA, '--organization', 'nowhere'], 'There is no such account in nowhere'],
])('%j is nobody, and nothing changes', (args, words) => {
  const before = [hashOf('olga'), hashOf('max'), protectedBy(), organizations()]
  const { status, said, password } = recover(args)
  expect([status, password]).toEqual([1, ''])
  expect(said).toContain(words)
  expect([hashOf('olga'), hashOf('max'), protectedBy(), organizations()]).toEqual(before)
  expect(all('select 1 from audit_event')).toEqual([])
})

test.each([
  [[], 'npm run recover -- <address>'],
  [['olga'], 'olga is no email address'],
  [['a b@acme.test'], 'is no email address'],
  [["x@acme.test'; drop table user; --"], 'is no email address'],
  [[OLGA, '--organization', "acme' or '1'='1"], 'is no slug'],
  [[OLGA, '--nowhere'], 'npm run recover -- <address>'],
  [[OLGA, '--persist-to', '/tmp/data'], '--persist-to goes with --local.'],
])('%j is refused before anything is called', (args, words) => {
  const { status, said, calls } = recover(args)
  expect(status).toBe(1)
  expect(said).toContain(words)
  expect(calls).toEqual([])
})

test('--local changes the database of npm start, and one that does not answer is told', () => {
  expect(recover([OLGA, '--local', '--persist-to', '/tmp/data']).calls[0]).toMatch(
    /^d1 execute DB --local --persist-to \/tmp\/data --json /,
  )
  const { status, said, password } = recover([OLGA], { failing: 'd1 execute' })
  expect([status, password]).toEqual([1, ''])
  expect(said).toContain('fetch failed')
})
