import { describe, expect, test } from 'vitest'
import { deriveKeys } from '../src/rules/tokens'
import { seal, sealFor, unseal, unsealBefore } from '../src/sealing'

const older = deriveKeys('the root secret of before, long enough')
const newer = deriveKeys('the root secret of today, long enough')
const ring = { current: newer, previous: older }

describe('what is sealed', () => {
  test('is read again with the key it was sealed under, the previous one included', async () => {
    const sealed = await seal({ current: older }, 'client-secret', 'geheim ✓')
    expect(sealed).not.toContain('geheim')
    expect(await unseal({ current: older, previous: null }, 'client-secret', sealed)).toBe('geheim ✓')
    expect(await unseal(ring, 'client-secret', sealed)).toBe('geheim ✓')
  })

  test('is nothing once its key is gone, where it is mangled, or as anything else', async () => {
    const sealed = await seal(ring, 'client-secret', 'geheim')
    expect(await unseal({ current: older, previous: null }, 'client-secret', sealed)).toBeNull()
    expect(await unseal(ring, 'refresh-token', sealed)).toBeNull()
    expect(await unseal(ring, 'client-secret', `${sealed.slice(0, -3)}AAA`)).toBeNull()
    for (const garbage of ['', 'a.b.c', 'a.b.c.d.e', '✓', `${sealed}.x`])
      expect(await unseal(ring, 'client-secret', garbage)).toBeNull()
  })

  test('is different each time', async () => {
    expect(await seal(ring, 'client-secret', 'x')).not.toBe(await seal(ring, 'client-secret', 'x'))
  })

  test('for a while is read until then', async () => {
    const sealed = await sealFor(ring, 'second-step', { user: 'u1' }, 1000)
    expect(await unsealBefore(ring, 'second-step', sealed, 999)).toEqual({ user: 'u1' })
    expect(await unsealBefore(ring, 'second-step', sealed, 1000)).toBeNull()
    expect(await unsealBefore(ring, 'sso-proof', sealed, 999)).toBeNull()
    expect(await unsealBefore(ring, 'second-step', null, 999)).toBeNull()
  })
})
