import { expect, test } from 'vitest'
import { deviceWords, signInWords } from '../../src/rules/devices'

test('a device is called as far as it says what it is', () => {
  expect(deviceWords('Firefox', 'Windows')).toBe('Firefox on Windows')
  expect(deviceWords('curl', undefined)).toBe('curl')
  expect(deviceWords('', 'Linux')).toBe('A browser on Linux')
  expect(deviceWords(undefined, '')).toBe('An unknown browser')
})

test('a way in is told with its second factor and with what identity providers opened', () => {
  const own = { own: true, method: 'password', secondFactor: null, opened: [] } as const
  expect(signInWords(own)).toBe('Password')
  expect(signInWords({ ...own, secondFactor: 'authenticator' })).toBe(
    'Password and a code of an authenticator app',
  )
  expect(signInWords({ ...own, secondFactor: 'recovery_code' })).toBe('Password and a recovery code')
  expect(signInWords({ ...own, method: 'passkey', secondFactor: 'passkey' })).toBe('Passkey')
  expect(signInWords({ ...own, opened: ['Acme'] })).toBe('Password, then single sign-on of Acme')
  const sso = { own: false, method: 'sso', secondFactor: null } as const
  expect(signInWords({ ...sso, opened: ['Acme'] })).toBe('Single sign-on of Acme')
  expect(signInWords({ ...sso, opened: ['Acme', 'Globex', 'Initech'] })).toBe(
    'Single sign-on of Acme, Globex and Initech',
  )
  expect(signInWords({ ...sso, opened: [] })).toBe('Single sign-on')
})
