import { describe, expect, it } from 'vitest'
import { linkState, scopeOf } from '../../src/rules/acceptance'

const NOW = 1_000_000
const LINK = { hash: 'this', generation: 1 }
const OPEN = {
  organizationId: 'acme',
  accountScope: 'shared',
  closedLink: 'precise',
  address: 'jane@example.com',
  status: 'pending',
  generation: 1,
  tokenHash: 'this',
  expiresAt: NOW + 1,
  acceptedBy: null,
  inviterLoss: '',
  connectionPreset: null,
  ssoRequired: 'off',
  ofProvenDomain: 0,
  identityUserId: null,
  seats: 1,
  deleteAt: null,
  accountId: null,
  memberStatus: null,
} as const
const JANE = { userId: 'jane', address: 'jane@example.com', accountScope: 'shared' }
const JOHN = { userId: 'john', address: 'john@example.com', accountScope: 'shared' }

type Facts = NonNullable<Parameters<typeof linkState>[1]>
const state = (facts: Partial<Facts>, viewer: typeof JANE | null = null) =>
  linkState(LINK, { ...OPEN, ...facts }, viewer, NOW)

describe('an open link', () => {
  it('asks for a new account where there is none with its address', () => {
    expect(state({})).toEqual({ kind: 'open', way: 'new', sso: null })
  })

  it('asks to sign in where there is one', () => {
    expect(state({ accountId: 'jane' })).toEqual({ kind: 'open', way: 'sign_in', sso: null })
  })

  it('asks for one press from whoever is signed in with that address', () => {
    expect(state({ accountId: 'jane' }, JANE)).toEqual({ kind: 'open', way: 'join', sso: null })
  })

  it('does not let anybody else in who is signed in', () => {
    expect(state({}, JOHN)).toEqual({ kind: 'wrong_account' })
    expect(state({ accountId: 'jane' }, JOHN)).toEqual({ kind: 'wrong_account' })
  })

  it('takes nobody in while there is no seat, whoever looks', () => {
    for (const viewer of [null, JANE, JOHN])
      expect(state({ seats: 0, accountId: 'jane' }, viewer)).toEqual({ kind: 'no_seat_left' })
    expect(state({ seats: -1 })).toEqual({ kind: 'no_seat_left' })
  })

  it('takes nobody in once its inviter may no longer grant its role, whoever looks and whether there is a seat', () => {
    for (const viewer of [null, JANE, JOHN])
      expect(state({ inviterLoss: 'role_lowered', seats: 0 }, viewer)).toEqual({
        kind: 'inviter_lost_authority',
      })
  })

  it('does not bring an inactive member back, with or without a seat', () => {
    expect(state({ accountId: 'jane', memberStatus: 'inactive' }, JANE)).toEqual({ kind: 'member_inactive' })
    expect(state({ accountId: 'jane', memberStatus: 'inactive', seats: 0 })).toEqual({
      kind: 'member_inactive',
    })
  })

  it('tells a member that they are one, and knows them when they are signed in', () => {
    const member = { accountId: 'jane', memberStatus: 'active', seats: 0 } as const
    expect(state(member)).toEqual({ kind: 'already_member', own: false })
    expect(state(member, JOHN)).toEqual({ kind: 'already_member', own: false })
    expect(state(member, JANE)).toEqual({ kind: 'already_member', own: true })
  })
})

describe('accounts of an organization’s own', () => {
  it('have a scope of theirs', () => {
    expect(scopeOf({ id: 'acme', accountScope: 'own' })).toBe('acme')
    expect(scopeOf({ id: 'acme', accountScope: 'shared' })).toBe('shared')
  })

  it('do not see a shared session, nor the other way round', () => {
    expect(state({ accountScope: 'own' }, JANE)).toEqual({ kind: 'open', way: 'new', sso: null })
    expect(state({ accountScope: 'own' }, JOHN)).toEqual({ kind: 'open', way: 'new', sso: null })
    expect(state({}, { ...JANE, accountScope: 'globex' })).toEqual({ kind: 'open', way: 'new', sso: null })
    expect(state({ accountScope: 'own' }, { ...JANE, accountScope: 'acme' })).toEqual({
      kind: 'open',
      way: 'join',
      sso: null,
    })
  })
})

describe('a closed link', () => {
  it('says what became of it, before anything about seats, members or viewers', () => {
    const ended = { status: 'revoked', seats: 0, memberStatus: 'inactive', accountId: 'jane' } as const
    expect(state(ended, JOHN)).toEqual({ kind: 'closed', end: 'revoked', shown: 'revoked', own: false })
  })

  it('shows what the organization’s setting says, and keeps the real end beside it', () => {
    expect(state({ status: 'revoked', closedLink: 'revoked_as_expired' })).toMatchObject({
      end: 'revoked',
      shown: 'expired',
    })
    expect(state({ generation: 2, tokenHash: 'newer', closedLink: 'invalid' })).toMatchObject({
      end: 'replaced',
      shown: 'invalid',
    })
  })

  it('is somebody’s own when it made them the member they still are', () => {
    const used = {
      status: 'accepted',
      acceptedBy: 'jane',
      accountId: 'jane',
      memberStatus: 'active',
    } as const
    const own = (facts: Partial<Facts>, viewer: typeof JANE | null) => {
      const found = state(facts, viewer)
      return found.kind === 'closed' && found.own
    }
    expect(own(used, JANE)).toBe(true)
    expect(own(used, JOHN)).toBe(false)
    expect(own(used, null)).toBe(false)
    expect(own({ ...used, memberStatus: 'inactive' }, JANE)).toBe(false)
    expect(own({ ...used, memberStatus: null }, JANE)).toBe(false)
    expect(own({ ...used, status: 'revoked' }, JANE)).toBe(false)
    expect(own({ ...used, accountScope: 'own' }, JANE)).toBe(false)
  })

  it('is invalid where there is no such invitation', () => {
    expect(linkState(LINK, null, JANE, NOW)).toEqual({ kind: 'invalid' })
  })
})

describe('where people can come in through the organization’s identity provider', () => {
  const CONNECTED = { connectionPreset: 'other' } as const
  type Named = { address: string; addressVerified: boolean | null; hostedDomain: null }
  const NAMED: Named = { address: 'jane@example.com', addressVerified: true, hostedDomain: null }
  const shown = (facts: Partial<Facts>, named: Named | null = NAMED, viewer: typeof JANE | null = null) =>
    linkState(LINK, { ...OPEN, ...CONNECTED, ...facts }, viewer, NOW, named)

  it('it is offered beside a password, and not to who is signed in already', () => {
    expect(shown({}, null)).toEqual({ kind: 'open', way: 'new', sso: 'offered' })
    expect(shown({ accountId: 'jane' }, null)).toEqual({ kind: 'open', way: 'sign_in', sso: 'offered' })
    expect(shown({ accountId: 'jane' }, null, JANE)).toEqual({ kind: 'open', way: 'join', sso: null })
  })

  it('it is the only way for whom it is required, and for nobody where nobody can use it', () => {
    for (const viewer of [null, JANE]) {
      expect(shown({ ssoRequired: 'everybody' }, null, viewer)).toEqual({ kind: 'sso_required' })
      expect(shown({ ssoRequired: 'proven_domains', ofProvenDomain: 1 }, null, viewer)).toEqual({
        kind: 'sso_required',
      })
    }
    expect(shown({ ssoRequired: 'proven_domains' }, null)).toMatchObject({ way: 'new', sso: 'offered' })
    expect(shown({ ssoRequired: 'everybody', connectionPreset: null }, null)).toMatchObject({ way: 'new' })
  })

  it('whom it has named comes in with a new account, or links the one that is there by its own sign-in', () => {
    expect(shown({})).toEqual({ kind: 'open', way: 'sso', sso: 'shown' })
    expect(shown({ accountId: 'jane' })).toEqual({ kind: 'open', way: 'sign_in', sso: 'shown' })
    expect(shown({ accountId: 'jane' }, NAMED, JANE)).toEqual({ kind: 'open', way: 'join', sso: 'shown' })
    expect(shown({ ssoRequired: 'everybody', accountId: 'jane' })).toMatchObject({ way: 'sign_in' })
  })

  it('whom it has named and is somebody else, or not surely who they say, comes in by nothing', () => {
    const another = { ...NAMED, address: 'john@example.com' }
    const unverified = { ...NAMED, addressVerified: false }
    expect(shown({}, another)).toEqual({ kind: 'sso_mismatch', why: 'another_address', passwordToo: true })
    expect(shown({}, unverified)).toEqual({ kind: 'sso_mismatch', why: 'unverified', passwordToo: true })
    expect(shown({ ssoRequired: 'everybody' }, unverified)).toMatchObject({ passwordToo: false })
    expect(shown({ ofProvenDomain: 1 }, unverified)).toMatchObject({ why: 'unverified' })
    expect(shown({ ofProvenDomain: 1 }, { ...NAMED, addressVerified: null })).toMatchObject({ way: 'sso' })
    expect(shown({ connectionPreset: 'google' })).toMatchObject({ why: 'unverified' })
  })

  it('whom it knows as another account already is a member, whatever their address there', () => {
    expect(shown({ identityUserId: 'john' })).toEqual({ kind: 'already_member', own: false })
  })

  it('what it says counts no more once nobody can use it, and never for who is signed in as somebody else', () => {
    expect(shown({ connectionPreset: null })).toEqual({ kind: 'open', way: 'new', sso: null })
    expect(shown({}, NAMED, JOHN)).toEqual({ kind: 'wrong_account' })
  })

  it('it opens nothing that is closed otherwise', () => {
    expect(shown({ seats: 0 })).toEqual({ kind: 'no_seat_left' })
    expect(shown({ inviterLoss: 'removed' })).toEqual({ kind: 'inviter_lost_authority' })
    expect(shown({ status: 'revoked' })).toMatchObject({ kind: 'closed', end: 'revoked' })
  })
})
