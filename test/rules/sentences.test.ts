import { describe, expect, test } from 'vitest'
import { ACTIONS, type Action, type AuditEvent } from '../../src/rules/audit'
import { plainSentence, sentence } from '../../src/rules/sentences'

type Told = { detail?: unknown; actor?: Partial<AuditEvent['actor']>; target?: Partial<AuditEvent['target']> }

const ANN = { kind: 'user', id: 'ann', name: 'Ann Lee' }
const MARCH_8 = Date.UTC(2026, 2, 8, 23, 30)

const event = (action: string, { detail = {}, actor, target }: Told = {}): AuditEvent => ({
  id: 'event',
  at: 0,
  action,
  actor: { ...ANN, ...actor },
  target: { kind: 'invitation', id: 'target', name: 'jane@example.com', ...target },
  detail,
})
const tell = (action: Action, told?: Told) => plainSentence(event(action, told), 'UTC')

const DOMAIN = { kind: 'domain', id: 'acme.test', name: 'acme.test' }
const JANE = { kind: 'member', id: 'jane', name: 'Jane Doe' }
const joined = { kind: 'invitee', id: 'jane', name: 'Jane Doe' }
const choir = { kind: 'team', name: 'Choir' }
const auditor = { kind: 'role', name: 'Auditor' }
const acme = { kind: 'organization', name: 'Acme' }
const google = { kind: 'connection', name: 'Google' }
const product = { kind: 'api_key', name: 'Product' }

const PROVIDER = { kind: 'provider', id: 'resend', name: 'Resend' }

describe('a sentence says what happened', () => {
  const sentences: [Action, Told, string][] = [
    [
      'sending.paused',
      { actor: PROVIDER, target: acme, detail: { for: 'bounces', bad: 6, mails: 60 } },
      'Resend: 6 of 60 mails came back, so sending was paused',
    ],
    [
      'sending.paused',
      { actor: PROVIDER, target: acme, detail: { for: 'complaints', bad: 2, mails: 100 } },
      'Resend: 2 of 100 mails were reported as spam, so sending was paused',
    ],
    [
      'sending.paused',
      { actor: PROVIDER, target: acme, detail: { bad: 2 } },
      'Resend: too many mails came back, so sending was paused',
    ],
    ['mail.delivered', { actor: PROVIDER }, 'Resend: the mail to jane@example.com was delivered'],
    [
      'mail.bounced',
      { actor: PROVIDER, detail: { bounce: 'hard', reason: '550 No such user' } },
      'Resend: the mail to jane@example.com came back for good: 550 No such user',
    ],
    [
      'mail.bounced',
      { actor: PROVIDER, detail: { bounce: 'soft' } },
      'Resend: the mail to jane@example.com came back',
    ],
    ['mail.complained', { actor: PROVIDER }, 'Resend: jane@example.com reported the mail as spam'],
    [
      'member.joined',
      { target: JANE, detail: { with: 'sso', role: 'member', inviter: null } },
      'Ann Lee joined by single sign-on as Member',
    ],
    [
      'member.joined',
      { target: JANE, detail: { role: 'Auditor', inviter: 'Ada Admin' } },
      'Ann Lee joined by single sign-on as Auditor, invited by Ada Admin',
    ],
    [
      'identity.linked',
      { target: JANE },
      'Ann Lee linked their account to the organization’s single sign-on',
    ],
    [
      'session.started',
      { target: JANE, detail: { with: 'sso', organization: 'Acme' } },
      'Ann Lee signed in to Acme by single sign-on',
    ],
    ['session.started', { target: JANE, detail: { with: 'password' } }, 'Ann Lee signed in'],
    [
      'session.ended',
      { target: JANE, detail: { by: 'user', sessions: 1 } },
      'Ann Lee ended a session elsewhere',
    ],
    [
      'session.ended',
      { target: JANE, detail: { by: 'user', sessions: 3 } },
      'Ann Lee ended 3 sessions elsewhere',
    ],
    ['domain.added', { target: DOMAIN }, 'Ann Lee added the domain acme.test'],
    ['domain.proven', { target: DOMAIN }, 'Ann Lee proved that acme.test is the organization’s own'],
    [
      'domain.removed',
      { target: DOMAIN, detail: { before: { proven: false } } },
      'Ann Lee removed the domain acme.test',
    ],
    [
      'domain.removed',
      { target: DOMAIN, detail: { before: { proven: true } } },
      'Ann Lee removed the domain acme.test, which was proven',
    ],
    [
      'invitation.reminded',
      { actor: { kind: 'system', id: null, name: 'Reminders' } },
      'Reminders: jane@example.com was reminded of their invitation',
    ],
    ['reminders.paused', {}, 'Ann Lee paused the reminders of jane@example.com'],
    ['reminders.resumed', {}, 'Ann Lee resumed the reminders of jane@example.com'],
    [
      'reminders.unsubscribed',
      { actor: { kind: 'invitee', id: null, name: 'jane@example.com' } },
      'jane@example.com wants no more reminders',
    ],
    [
      'reminders.resubscribed',
      { actor: { kind: 'invitee', id: null, name: 'jane@example.com' } },
      'jane@example.com wants reminders again',
    ],
    ['organization.created', { target: acme }, 'Ann Lee made the organization Acme'],
    [
      'organization.deletion_requested',
      { target: acme },
      'Ann Lee asked to delete Acme, and was mailed a link to confirm it',
    ],
    [
      'organization.deletion_confirmed',
      { target: acme, detail: { deleteAt: MARCH_8, before: { deleteAt: null } } },
      'Ann Lee confirmed the deletion of Acme, which is due on Mar 8, 2026',
    ],
    ['organization.deletion_undone', { target: acme }, 'Ann Lee undid the deletion of Acme'],
    [
      'organization.deleted',
      { target: acme, actor: { kind: 'system', name: 'Deletion' } },
      'Deletion: deleted Acme for good',
    ],
    [
      'member.changed',
      { target: JANE, detail: { role: 'admin', before: { role: 'member' } } },
      'Ann Lee changed Jane Doe’s role from Member to Admin',
    ],
    [
      'member.changed',
      {
        target: JANE,
        detail: {
          role: 'Auditor',
          department: '',
          teams: ['Choir', 'Band'],
          before: { role: 'viewer', department: 'Sales', teams: [] },
        },
      },
      'Ann Lee changed Jane Doe’s role from Viewer to Auditor, department from Sales to none and teams from none to Choir and Band',
    ],
    [
      'member.changed',
      { target: ANN, detail: { role: 'admin', before: { role: 'owner' } } },
      'Ann Lee changed their own role from Owner to Admin',
    ],
    [
      'seats.changed',
      {
        target: acme,
        actor: { kind: 'system', id: null, name: 'Deployment' },
        detail: { seatLimit: 25, before: { seatLimit: null } },
      },
      'Deployment: changed the seat limit from the deployment’s default to 25',
    ],
    [
      'seats.changed',
      { target: acme, detail: { seatLimit: 0, before: { seatLimit: 10 } } },
      'Ann Lee changed the seat limit from 10 to no limit',
    ],
    [
      'sending.resumed',
      { target: acme, detail: { before: { pausedAt: 1, pausedFor: 'bounces' } } },
      'Ann Lee resumed sending',
    ],
    [
      'mail.tested',
      { target: { kind: 'mail', id: 'm', name: 'ann@example.com' }, detail: { provider: 'Resend' } },
      'Ann Lee sent a test mail to ann@example.com through Resend',
    ],
    ['member.deactivated', { target: JANE }, 'Ann Lee deactivated Jane Doe'],
    ['member.reactivated', { target: JANE }, 'Ann Lee reactivated Jane Doe'],
    ['member.removed', { target: JANE }, 'Ann Lee removed Jane Doe'],
    ['member.left', { target: JANE, actor: JANE }, 'Jane Doe left'],
    ['team.created', { target: choir }, 'Ann Lee made the team Choir'],
    [
      'team.renamed',
      { target: choir, detail: { before: { name: 'Band' } } },
      'Ann Lee renamed the team Band to Choir',
    ],
    ['team.deleted', { target: choir }, 'Ann Lee deleted the team Choir'],
    [
      'team.deleted',
      { target: choir, detail: { members: 3, invitations: 1 } },
      'Ann Lee deleted the team Choir, which had 3 members and 1 invitation',
    ],
    [
      'role.created',
      { target: auditor, detail: { permissions: ['audit_log:read', 'organization:read'] } },
      'Ann Lee made the role Auditor with Organization: Read and Audit log: Read',
    ],
    [
      'role.changed',
      {
        target: auditor,
        detail: {
          name: 'Auditor',
          description: 'Looks',
          permissions: ['organization:read', 'audit_log:read'],
          before: { name: 'Checker', description: '', permissions: ['organization:read', 'member:read'] },
        },
      },
      'Ann Lee changed the role Auditor: name from Checker to Auditor; description; it now holds Audit log: Read; it no longer holds Member: Read',
    ],
    ['role.deleted', { target: auditor, detail: { successor: null } }, 'Ann Lee deleted the role Auditor'],
    [
      'role.deleted',
      { target: auditor, detail: { successor: 'member', members: 2, invitations: 1, apiKeys: 0 } },
      'Ann Lee deleted the role Auditor, whose 2 members and 1 invitation got Member',
    ],
    ['invitation.sent', { detail: { role: 'viewer' } }, 'Ann Lee invited jane@example.com as Viewer'],
    [
      'invitation.sent',
      { detail: { role: 'Auditor' }, actor: product },
      'API key Product invited jane@example.com as Auditor',
    ],
    [
      'invitation.renewed',
      { detail: { role: 'member' } },
      'Ann Lee invited jane@example.com again as Member',
    ],
    ['invitation.resent', {}, 'Ann Lee resent the invitation of jane@example.com'],
    [
      'invitation.resent',
      { detail: { waitsUntil: Date.UTC(2026, 2, 2) } },
      'Ann Lee resent the invitation of jane@example.com, with the mail put off until Mar 2, 2026, 00:00 UTC',
    ],
    [
      'invitation.edited',
      {
        detail: {
          role: 'member',
          note: 'Hi',
          teams: ['Choir'],
          before: { role: 'viewer', note: '', teams: [] },
        },
      },
      'Ann Lee edited the invitation of jane@example.com: role from Viewer to Member, teams from none to Choir and note',
    ],
    [
      'invitation.sent',
      { detail: { role: 'admin', awaiting: 'Admins are dear' } },
      'Ann Lee asked to invite jane@example.com as Admin, which awaits approval: Admins are dear',
    ],
    [
      'invitation.renewed',
      { detail: { role: 'admin', awaiting: 'Admins are dear' } },
      'Ann Lee asked to invite jane@example.com again as Admin, which awaits approval: Admins are dear',
    ],
    [
      'invitation.approved',
      { detail: { role: 'admin', inviter: 'Bo Berg', waitsUntil: Date.UTC(2026, 2, 2) } },
      'Ann Lee approved that jane@example.com is invited as Admin, as Bo Berg asked, with the mail put off until Mar 2, 2026, 00:00 UTC',
    ],
    [
      'invitation.approval_declined',
      { detail: { role: 'admin', inviter: 'Bo Berg' } },
      'Ann Lee declined that jane@example.com is invited as Admin, as Bo Berg asked',
    ],
    ['invitation.revoked', {}, 'Ann Lee revoked the invitation of jane@example.com'],
    [
      'invitation.revoked',
      { detail: { before: { status: 'awaiting_approval' } } },
      'Ann Lee withdrew the invitation of jane@example.com',
    ],
    [
      'invitation.opened',
      { actor: { kind: 'invitee', id: null, name: 'jane@example.com' } },
      'jane@example.com opened their invitation',
    ],
    [
      'invitation.accepted',
      { actor: joined, detail: { role: 'viewer', inviter: 'Ann Lee' } },
      'Jane Doe joined as Viewer, invited by Ann Lee',
    ],
    [
      'invitation.declined',
      { actor: { kind: 'invitee', id: null, name: 'jane@example.com' }, detail: { inviter: 'Ann Lee' } },
      'jane@example.com declined the invitation from Ann Lee',
    ],
    [
      'invitation.expired',
      { actor: { kind: 'system', id: null, name: 'Expiry' } },
      'Expiry: the invitation of jane@example.com expired',
    ],
    [
      'api_key.created',
      { target: product, detail: { role: 'admin', access: 'write' } },
      'Ann Lee made the API key Product, which acts as Admin, read and write',
    ],
    ['api_key.revoked', { target: product }, 'Ann Lee revoked the API key Product'],
    ['session.started', {}, 'Ann Lee signed in'],
    ['session.ended', {}, 'Ann Lee signed out'],
    [
      'password.reset_requested',
      { actor: { kind: 'system', id: null, name: 'Forgotten password' } },
      'Forgotten password: a link to set a new password was mailed to jane@example.com',
    ],
    ['password.changed', { detail: { by: 'password' } }, 'Ann Lee changed their password'],
    ['password.changed', { detail: { by: 'link' } }, 'Ann Lee changed their password by the link in a mail'],
    [
      'address.change_requested',
      { detail: { address: 'ann@new.test' } },
      'Ann Lee asked to change their address to ann@new.test',
    ],
    [
      'address.changed',
      { detail: { address: 'ann@new.test', before: { address: 'ann@example.com' } } },
      'Ann Lee changed their address from ann@example.com to ann@new.test',
    ],
    ['session.confirmed', { detail: { secondFactor: 'passkey' } }, 'Ann Lee showed a second factor'],
    ['passkey.added', { detail: { name: 'Phone' } }, 'Ann Lee added a passkey, Phone'],
    ['passkey.removed', { detail: { name: 'Phone' } }, 'Ann Lee removed a passkey, Phone'],
    ['second_factor.enabled', { detail: { replaced: false } }, 'Ann Lee set up an authenticator app'],
    ['second_factor.disabled', {}, 'Ann Lee switched the authenticator app off'],
    ['recovery_codes.renewed', {}, 'Ann Lee renewed the recovery codes'],
    [
      'account.recovered',
      { actor: { kind: 'system', id: null, name: 'Deployment' } },
      'Deployment: the account of jane@example.com was recovered',
    ],
    [
      'user.renamed',
      { detail: { name: 'Ann Lee', before: { name: 'Ann Li' } } },
      'Ann Lee changed their name from Ann Li to Ann Lee',
    ],
    [
      'member.imported',
      { target: JANE, detail: { provider: 'google', role: 'viewer', invitation: null } },
      'Ann Lee imported Jane Doe from Google as Viewer',
    ],
    [
      'member.imported',
      { target: JANE, detail: { provider: 'microsoft', role: 'Auditor', invitation: 'an id' } },
      'Ann Lee imported Jane Doe from Microsoft as Auditor, which settled an invitation',
    ],
    ['member.imported', { target: JANE }, 'Ann Lee imported Jane Doe'],
    [
      'connection.created',
      { target: google, detail: { preset: 'google', issuer: 'https://accounts.google.com', clientId: 'x' } },
      'Ann Lee connected the identity provider Google',
    ],
    ['connection.tested', { target: google }, 'Ann Lee tested single sign-on with Google'],
    [
      'connection.changed',
      { target: google, detail: { enabled: true, before: { enabled: false } } },
      'Ann Lee switched single sign-on with Google on',
    ],
    [
      'connection.changed',
      { target: google, detail: { enabled: false, ssoRequired: 'off', before: { enabled: true } } },
      'Ann Lee switched single sign-on with Google off, so that nobody has to use single sign-on any more',
    ],
    [
      'connection.changed',
      { target: google, detail: { secret: true } },
      'Ann Lee changed the identity provider Google: client secret',
    ],
    [
      'connection.changed',
      { target: google, detail: { issuer: 'https://b.test', before: { issuer: 'https://a.test' } } },
      'Ann Lee changed the identity provider Google: issuer from https://a.test to https://b.test',
    ],
    [
      'connection.removed',
      { target: google, detail: { identities: 2, ssoRequired: 'off' } },
      'Ann Lee disconnected the identity provider Google, by which 2 members signed in, so that nobody has to use single sign-on any more',
    ],
    ['connection.removed', { target: google }, 'Ann Lee disconnected the identity provider Google'],
    [
      'directory.connected',
      { target: acme, detail: { provider: 'microsoft' } },
      'Ann Lee connected the directory of Microsoft',
    ],
    [
      'directory.disconnected',
      { target: acme, detail: { provider: 'google' } },
      'Ann Lee disconnected the directory of Google',
    ],
    ['directory.disconnected', { target: acme }, 'Ann Lee disconnected the directory'],
  ]
  test.each(sentences)('%s %#', (action, told, words) => {
    expect(tell(action, told)).toBe(words)
  })

  test('for every action, but those that have their own tests', () => {
    const told = new Set(sentences.map(([action]) => action))
    expect(ACTIONS.filter((action) => !told.has(action))).toEqual(['settings.changed'])
  })

  test('with days of the organization’s time zone', () => {
    const due = event('organization.deletion_confirmed', { detail: { deleteAt: MARCH_8 } })
    expect(plainSentence(due, 'Asia/Kolkata')).toContain('Mar 9, 2026')
  })
})

describe('settings are told in words', () => {
  test.each([
    [{ name: 'Acme', before: { name: 'Ace' } }, 'the organization’s name from Ace to Acme'],
    [{ slug: 'acme', before: { slug: 'ace' } }, 'the slug from ace to acme'],
    [{ timeZone: 'Europe/Berlin', before: { timeZone: 'UTC' } }, 'the time zone from UTC to Europe/Berlin'],
    [
      { landingAddress: '/start', before: { landingAddress: null } },
      'the landing address from the organization’s page to /start',
    ],
    [
      { invitationLifetime: 86_400, before: { invitationLifetime: 604_800 } },
      'the invitation lifetime from 7 days to 24 hours',
    ],
    [
      { defaultRole: 'Auditor', before: { defaultRole: 'member' } },
      'the default role from Member to Auditor',
    ],
    [
      { roleAtSending: 'not_offered', before: { roleAtSending: 'optional' } },
      'the role at sending from optional to not offered',
    ],
    [
      { asksDepartment: false, before: { asksDepartment: true } },
      'the department in the send form from shown to hidden',
    ],
    [{ asksTeams: true, before: { asksTeams: false } }, 'the teams in the send form from hidden to shown'],
    [
      { nameFields: 'none', before: { nameFields: 'first_last' } },
      'the name fields from first and last name to no name',
    ],
    [
      { pendingReservesSeat: false, before: { pendingReservesSeat: true } },
      'what takes a seat from active members and pending invitations to active members only',
    ],
    [
      { closedLink: 'invalid', before: { closedLink: 'precise' } },
      'what a closed link says from what happened to “Invalid token” for revoked and replaced ones',
    ],
    [
      { slug: 'acme', asksTeams: true, before: { slug: 'ace', asksTeams: false } },
      'the slug from ace to acme and the teams in the send form from hidden to shown',
    ],
  ])('%o', (detail, words) => {
    expect(tell('settings.changed', { target: acme, detail })).toBe(`Ann Lee changed ${words}`)
  })
})

/** Details of older events, and of none that was ever written. */
const ODD = [
  {},
  null,
  [],
  'text',
  7,
  { before: null },
  { before: [] },
  { before: 'text' },
  {
    role: 7,
    teams: 'none',
    permissions: {},
    inviter: [],
    members: -1,
    deleteAt: 1e300,
    invitationLifetime: 0.5,
  },
  {
    role: {},
    department: [],
    note: 1,
    name: null,
    successor: {},
    members: '3',
    before: { role: {}, name: 1 },
  },
  { roleAtSending: 'constructor', nameFields: '__proto__', closedLink: 'toString', before: {} },
  JSON.parse('{"__proto__": {"role": "owner"}, "constructor": 1}'),
]

describe('an event that lacks a field has a sentence', () => {
  test.each([...ACTIONS, 'future.thing', '', 'constructor'])('%s', (action) => {
    for (const detail of ODD) {
      for (const name of ['Jane Doe', '']) {
        const told = event(action, { detail, actor: { name }, target: { name } })
        const words = plainSentence(told, 'UTC')
        expect(words).not.toMatch(/undefined|null|NaN|object|function|\[|Invalid/)
        expect(words.trim()).toBe(words)
        expect(words).not.toMatch(/ {2}|: *$|, *$/)
        expect(words.length).toBeGreaterThan(8)
      }
    }
  })
})

test('what somebody has written down stands apart from our words, names of actor and target by themselves', () => {
  const told = event('invitation.sent', { detail: { role: 'Auditor' } })
  expect(sentence(told, 'UTC')).toEqual([
    { text: 'Ann Lee', of: 'actor' },
    ' invited ',
    { text: 'jane@example.com', of: 'target' },
    ' as ',
    { text: 'Auditor' },
  ])
})

test('what nobody can see, and what turns text around, is left out', () => {
  const evil = 'Ann\u202Eeel\u2066 \u0000\u001b[31m\r\nLee\u2028!'
  const told = event('member.changed', {
    actor: { name: evil },
    target: { name: evil },
    detail: { role: evil, department: evil, teams: [evil], before: { role: evil, teams: [evil] } },
  })
  expect(plainSentence(told, 'UTC')).not.toMatch(/[\p{Cc}\p{Bidi_C}\p{Zl}\p{Zp}]/u)
  expect(plainSentence(told, 'UTC')).toContain('Ann eel [31m Lee !')
})
