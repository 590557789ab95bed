import { expect, test } from 'vitest'
import { type SsoFacts, ssoEntry } from '../../src/rules/sso-entry'

const NOW = 1000
const NOTHING: SsoFacts = {
  enabled: true,
  justInTime: false,
  identityUserId: null,
  identityStatus: null,
  accountId: null,
  accountStatus: null,
  invitationStatus: null,
  invitationExpiresAt: null,
}
const KNOWN = { identityUserId: 'jane', identityStatus: 'active' } as const
const MEMBER = { accountId: 'jane', accountStatus: 'active' } as const
const INVITED = { invitationStatus: 'pending', invitationExpiresAt: NOW + 1 } as const

test.each<[string, Partial<SsoFacts>, Parameters<typeof ssoEntry>[1], ReturnType<typeof ssoEntry>]>([
  ['who is known comes in, whatever their address is', KNOWN, 'nobody', 'enter'],
  ['who is known and inactive does not', { ...KNOWN, identityStatus: 'inactive' }, 'address', 'inactive'],
  [
    'who is known and no member any more does not',
    { ...KNOWN, identityStatus: null },
    'own_domain',
    'not_invited',
  ],
  [
    'nobody comes in by a connection that is switched off',
    { ...KNOWN, enabled: false },
    'own_domain',
    'closed',
  ],
  [
    'an address that nobody vouches for leads nowhere',
    { ...MEMBER, justInTime: true },
    'nobody',
    'unverified',
  ],
  ['a member’s account is linked first', MEMBER, 'address', 'link'],
  ['an inactive member’s is not', { ...MEMBER, accountStatus: 'inactive' }, 'own_domain', 'inactive'],
  ['whoever is of the own domain joins just in time', { justInTime: true }, 'own_domain', 'join'],
  ['with the account that they have', { justInTime: true, accountId: 'jane' }, 'own_domain', 'link'],
  ['invited or not', { justInTime: true, ...INVITED }, 'own_domain', 'join'],
  ['whoever is of another domain does not', { justInTime: true }, 'address', 'not_invited'],
  ['whoever is invited has a link to open', INVITED, 'address', 'invited'],
  ['that has not run out', { ...INVITED, invitationExpiresAt: NOW }, 'address', 'not_invited'],
  [
    'and that is sent',
    { invitationStatus: 'awaiting_approval', invitationExpiresAt: NOW + 1 },
    'own_domain',
    'not_invited',
  ],
  ['an account elsewhere changes nothing about that', { accountId: 'jane' }, 'own_domain', 'not_invited'],
])('%s', (_, facts, vouching, entry) => {
  expect(ssoEntry({ ...NOTHING, ...facts }, vouching, NOW)).toBe(entry)
})
