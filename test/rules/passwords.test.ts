import { describe, expect, it } from 'vitest'
import { normalizePassword, passwordProblem } from '../../src/rules/passwords'

const about = { address: 'Annabelle.Lee@Example.com' }
const TOO_COMMON = 'password_common'
const TOO_CLOSE = 'password_is_address'

describe('a new password', () => {
  it.each(['correct horse battery', 'tzgqmwpk', 'ÄÖÜ geht auch', '安全なパスワード', '        ~       '])(
    'may be %j',
    async (password) => {
      expect(await passwordProblem(password, about)).toBeNull()
    },
  )

  it('has at least 8 characters, counted as people count them', async () => {
    expect(await passwordProblem('tzgqmwp', about)).toBe('password_too_short')
    expect(await passwordProblem('🦊🐻🦉🐢', about)).toBe('password_too_short')
    expect(await passwordProblem('o\u0308'.repeat(4), about)).toBe('password_too_short')
    expect(await passwordProblem('🦊🐻🦉🐢🦊🐻🦉🐢', about)).toBeNull()
  })

  it('has at most 128 characters', async () => {
    expect(await passwordProblem('🦊'.repeat(128), about)).toBeNull()
    expect(await passwordProblem('🦊'.repeat(129), about)).toBe('password_too_long')
  })

  it.each(['password', 'PassWord', 'iloveyou', '1234567890', 'ｐａｓｓｗｏｒｄ'])(
    'is not the common %j',
    async (password) => {
      expect(await passwordProblem(password, about)).toBe(TOO_COMMON)
    },
  )

  it('is not refused for containing a common one', async () => {
    expect(await passwordProblem('password of the old lighthouse', about)).toBeNull()
  })

  it.each(['annabelle.lee@example.com', 'ANNABELLE.LEE'])(
    'is not the person’s own address: %s',
    async (password) => {
      expect(await passwordProblem(password, about)).toBe(TOO_CLOSE)
    },
  )

  it('is the same from every keyboard', () => {
    expect(normalizePassword('pa\u0308sswo\u0308rter')).toBe(normalizePassword('pässwörter'))
  })
})
