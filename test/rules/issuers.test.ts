import { expect, test } from 'vitest'
import { issuerProblem, microsoftIssuer, presetOf, reachProblem, tenantOf } from '../../src/rules/issuers'

const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490'
const MICROSOFT = `https://login.microsoftonline.com/${TENANT}/v2.0`

test.each([
  ['https://id.example.com', true],
  ['https://id.example.com:8443/realms/acme', true],
  ['https://id.example.com./', true],
  ['http://id.example.com', false],
  ['https://user:secret@id.example.com', false],
  ['https://10.0.0.1', false],
  ['https://127.1', false],
  ['https://2130706433', false],
  ['https://0x7f.1', false],
  ['https://[::1]', false],
  ['https://[fd00::1]', false],
  ['https://localhost', false],
  ['https://localhost.', false],
  ['https://a.localhost', false],
  ['https://printer.local', false],
  ['https://metadata.google.internal', false],
  ['https://nas.home.arpa', false],
  ['https://intranet', false],
  ['ftp://id.example.com', false],
  ['javascript:alert(1)', false],
  ['id.example.com', false],
  ['', false],
])('a provider can be asked at %j: %s', (address, can) => {
  expect(reachProblem(address, false) === null).toBe(can)
})

test.each([
  ['http://localhost:4000', true],
  ['http://127.0.0.1:4000/oidc', true],
  ['https://[::1]:4000', true],
  ['http://192.168.0.1', false],
  ['http://localhost.example.com', false],
  ['ws://localhost:4000', false],
])('in development at %j: %s', (address, can) => {
  expect(reachProblem(address, true) === null).toBe(can)
})

test.each([
  ['https://id.example.com', null],
  ['https://id.example.com/', null],
  [MICROSOFT, null],
  ['', 'Enter the issuer'],
  ['https://id.example.com?x=1', 'nothing behind'],
  ['https://id.example.com#x', 'nothing behind'],
  ['https://id.example.com/.well-known/openid-configuration', 'before /.well-known'],
  ['https://login.microsoftonline.com/common/v2.0', 'own directory'],
  [`https://id.example.com/${'x'.repeat(300)}`, 'Up to 300'],
])('the issuer %j: %j', (issuer, words) => {
  const problem = issuerProblem(issuer, false)
  if (words === null) expect(problem).toBeNull()
  else expect(problem).toContain(words)
})

test.each([
  [TENANT, MICROSOFT],
  [` ${TENANT.toUpperCase()} `, MICROSOFT],
  ['Contoso.onmicrosoft.com', 'https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0'],
  ['common', null],
  ['organizations', null],
  ['consumers', null],
  ['9188040d-6c67-4c5b-b112-36a304b66dad', null],
  ['../common', null],
  ['', null],
])('the Microsoft tenant %j is asked at %j', (tenant, issuer) => {
  const read = microsoftIssuer(tenant)
  expect('issuer' in read ? read.issuer : null).toBe(issuer)
})

test('a tenant is read from its issuer, and no other is one', () => {
  expect(tenantOf(MICROSOFT)).toBe(TENANT)
  for (const other of [
    'https://login.microsoftonline.com/{tenantid}/v2.0',
    'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0',
    `https://login.microsoftonline.com/${TENANT}/v1.0`,
    `https://evil.example/${TENANT}/v2.0`,
  ])
    expect(tenantOf(other)).toBeNull()
})

test('the preset follows the issuer', () => {
  expect(presetOf('https://accounts.google.com')).toBe('google')
  expect(presetOf(MICROSOFT)).toBe('microsoft')
  expect(presetOf('https://accounts.google.com.example')).toBe('other')
  expect(presetOf('https://login.microsoftonline.com.example/x')).toBe('other')
})
