import { expect, test } from 'vitest'
import {
  ACTION_GROUPS,
  ACTIONS,
  detailLine,
  nameSearch,
  parseAction,
  rawDetail,
  spellings,
} from '../../src/rules/audit'

test('every action but what accounts do with themselves can be filtered by, once', () => {
  const offered = ACTION_GROUPS.flatMap(({ actions }) => actions)
  const ofAccounts = /^(session|password|address|user|passkey|second_factor|recovery_codes|account)\./
  const ofOrganizations = ACTIONS.filter((action) => !ofAccounts.test(action))
  expect([...offered].sort()).toEqual([...ofOrganizations].sort())
})

test('an action is one of the list, or none', () => {
  expect(parseAction('team.created')).toBe('team.created')
  for (const odd of ['', 'team', 'constructor', 'TEAM.CREATED']) expect(parseAction(odd)).toBeNull()
})

test('a name is searched in the ways it may be written, and none of them twice', () => {
  expect(spellings('')).toEqual([])
  expect(spellings('Ann LEE')).toEqual(['ann lee'])
  expect(spellings('özgür')).toEqual(['özgür', 'Özgür'])
  expect(spellings('ÖZGÜR')).toContain('Özgür'.toLowerCase())
  expect(nameSearch(`  Ann\u0000\u202e  Lee ${'x'.repeat(500)}`)).toMatch(/^Ann Lee x{246}$/)
})

const event = (detail: unknown) => ({
  id: 'id',
  at: Date.UTC(2026, 2, 1),
  action: 'team.created',
  actor: { kind: 'user', id: 'ann', name: 'Ann' },
  target: { kind: 'team', id: 'choir', name: 'Choir' },
  detail,
})

test('the raw detail is formatted JSON of everything there is', () => {
  expect(JSON.parse(rawDetail(event({ a: [1] })))).toEqual({
    ...event({ a: [1] }),
    at: '2026-03-01T00:00:00.000Z',
  })
  expect(rawDetail(event({}))).toContain('\n  "actor": {\n')
})

test('nothing in it is invisible or turns text around, and it means the same', () => {
  const evil = { note: 'a\u202eb\u2028c\u0085d\u0000e\nf' }
  for (const json of [rawDetail(event(evil)), detailLine(event(evil))]) {
    expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_C}\p{Zl}\p{Zp}]/u)
  }
  expect(JSON.parse(detailLine(event(evil)))).toEqual(evil)
  expect(detailLine(event(undefined))).toBe('null')
})
