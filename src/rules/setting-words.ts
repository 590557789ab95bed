import { LANGUAGE_NAMES } from './languages'
import { among, count, role, type Teller, type Told, text, words } from './pieces'
import { TOLD_POLICIES } from './policy-settings'
import { lifetimeWords, SETTINGS, type Setting } from './settings'

const SHOWN = among({ 1: 'shown', 0: 'hidden' })
const SETTING: Record<Setting, readonly [label: string, tell: Teller]> = {
  name: ['the organization’s name', words],
  slug: ['the slug', words],
  timeZone: ['the time zone', words],
  landingAddress: [
    'the landing address',
    (value) => (value === null || value === '' ? 'the organization’s page' : text(value)),
  ],
  invitationLifetime: [
    'the invitation lifetime',
    (value) => (count(value) > 0 ? lifetimeWords(count(value)) : null),
  ],
  defaultRole: ['the default role', role],
  roleAtSending: [
    'the role at sending',
    among({ optional: 'optional', required: 'required', not_offered: 'not offered' }),
  ],
  asksDepartment: ['the department in the send form', SHOWN],
  asksTeams: ['the teams in the send form', SHOWN],
  nameFields: [
    'the name fields',
    among({ first_last: 'first and last name', single: 'one name', none: 'no name' }),
  ],
  pendingReservesSeat: [
    'what takes a seat',
    among({ 1: 'active members and pending invitations', 0: 'active members only' }),
  ],
  closedLink: [
    'what a closed link says',
    among({
      precise: 'what happened',
      revoked_as_expired: '“Invitation expired” for revoked ones',
      invalid: '“Invalid token” for revoked and replaced ones',
    }),
  ],
  language: ['the language of invitations', among(LANGUAGE_NAMES)],
  reminderAfter: [
    'reminders',
    (value) => {
      if (value === null) return 'off'
      return count(value) > 0 ? `after ${count(value)}% of the lifetime` : null
    },
  ],
  toldOnAcceptance: [
    'who is told of an acceptance',
    among({ inviter: 'the inviter', admins: 'the admins', nobody: 'nobody' }),
  ],
  expiryDigest: ['the weekly digest of what expired', among({ 1: 'on', 0: 'off' })],
  ssoRequired: [
    'who has to use single sign-on',
    among({ off: 'nobody', proven_domains: 'addresses of proven domains', everybody: 'everybody' }),
  ],
  justInTime: ['joining without an invitation', among({ 1: 'on', 0: 'off' })],
  requiredFactor: [
    'what members’ own sign-ins need',
    among({ none: 'nothing more', second_factor: 'a second factor', passkey: 'a passkey' }),
  ],
}
/** How the audit log tells each setting and its values. */
export const TOLD_SETTINGS: readonly Told[] = [
  ...SETTINGS.map((setting): Told => [setting, ...SETTING[setting]]),
  ...TOLD_POLICIES,
]
