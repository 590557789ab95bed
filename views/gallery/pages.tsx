import type { Child } from 'hono/jsx'
import type { LinkState, Way } from '../../src/rules/acceptance'
import type { AddressLinkState, ResetLinkState } from '../../src/rules/account-links'
import type { Language } from '../../src/rules/languages'
import type { LinkEnd } from '../../src/rules/lifecycle'
import type { Problems } from '../../src/rules/problems'
import { problemWords, wordsIn } from '../../src/rules/words'
import { AcceptBurst, AcceptPage, AcceptShell, AcceptUnavailable } from '../accept/page'
import type { AcceptProps, Facts } from '../accept/props'
import { AcceptSsoFailed } from '../accept/sso'
import { ConfirmAddressPage } from '../account/confirm-address'
import { ForgotPage, ForgotSentPage } from '../account/forgot'
import { AccountPage, type AccountProps } from '../account/page'
import { ResetPage } from '../account/reset'
import { UnsubscribePage } from '../unsubscribe'
import { WelcomePage } from '../welcome'
import { AT, EAST_ASIAN, LONG, PLAIN, RIGHT_TO_LEFT, type Who } from './names'

type Render = (language: Language) => Child

const factsOf = ({ organization, inviter, to }: Who): Facts => ({
  organization,
  slug: 'acme',
  nameFields: 'first_last',
  typedAddress: to,
  role: 'member',
  roleShown: 1,
  department: '',
  teamNames: '',
  inviter,
  expiresAt: AT,
  timeZone: 'Europe/Berlin',
  connectionPreset: null,
  issuer: null,
})
const FACTS = factsOf(PLAIN)

/** Every state of an invitation's page. */
type AcceptState =
  | `open_${Way}`
  | `closed_${LinkEnd | 'invalid'}`
  | Exclude<LinkState['kind'], 'open' | 'closed'>

const closed = (end: LinkEnd, shown: LinkEnd | 'invalid' = end): LinkState => ({
  kind: 'closed',
  end,
  shown,
  own: false,
})

const ACCEPT_STATES: Record<AcceptState, LinkState> = {
  open_new: { kind: 'open', way: 'new', sso: null },
  open_sign_in: { kind: 'open', way: 'sign_in', sso: null },
  open_join: { kind: 'open', way: 'join', sso: null },
  open_sso: { kind: 'open', way: 'sso', sso: 'shown' },
  sso_required: { kind: 'sso_required' },
  sso_mismatch: { kind: 'sso_mismatch', why: 'another_address', passwordToo: true },
  wrong_account: { kind: 'wrong_account' },
  inviter_lost_authority: { kind: 'inviter_lost_authority' },
  no_seat_left: { kind: 'no_seat_left' },
  member_inactive: { kind: 'member_inactive' },
  already_member: { kind: 'already_member', own: false },
  closed_expired: closed('expired'),
  closed_revoked: closed('revoked'),
  closed_replaced: closed('replaced'),
  closed_used: closed('used'),
  closed_declined: closed('declined'),
  closed_invalid: closed('revoked', 'invalid'),
  invalid: { kind: 'invalid' },
}

const WITH_SSO: Facts = { ...FACTS, connectionPreset: 'google', issuer: 'https://accounts.google.com' }
/** Where it is about single sign-on, there is a provider. */
const factsFor = (state: LinkState): Facts =>
  state.kind.startsWith('sso') || (state.kind === 'open' && state.sso) ? WITH_SSO : FACTS

const accept =
  (state: LinkState, rest: Partial<AcceptProps> = {}, problems: Problems = {}): Render =>
  (language) => (
    <AcceptPage
      token="a1B2c3D4"
      language={language}
      state={state}
      facts={state.kind === 'invalid' ? null : factsFor(state)}
      viewer={{ typedAddress: 'john@example.org' }}
      shown={{ typedAddress: state.kind === 'sso_mismatch' ? 'john@example.org' : PLAIN.to }}
      denial={null}
      values={{ name: '', firstName: '', lastName: '' }}
      errors={problemWords(problems, wordsIn(language))}
      change=""
      landing="/o/acme"
      signIn="/o/acme/sign-in"
      {...rest}
    />
  )

const NEW = ACCEPT_STATES.open_new
const PLACED = { ...FACTS, department: 'Sales', teamNames: 'Night shift, Field' }

const ACCEPT_VARIANTS: Record<string, Render> = {
  ...Object.fromEntries(
    Object.entries(ACCEPT_STATES).map(([name, state]): [string, Render] => [name, accept(state)]),
  ),
  'open_new.placed': accept(NEW, { facts: PLACED }),
  'open_new.one-name': accept(NEW, { facts: { ...FACTS, nameFields: 'single', roleShown: 0 } }),
  'open_new.no-name': accept(NEW, { facts: { ...FACTS, nameFields: 'none' } }),
  'open_new.long': accept(NEW, {
    facts: { ...factsOf(LONG), department: LONG.organization, teamNames: `${LONG.organization}, Field` },
  }),
  'open_new.right-to-left': accept(NEW, { facts: factsOf(RIGHT_TO_LEFT) }),
  'open_new.east-asian': accept(NEW, { facts: factsOf(EAST_ASIAN) }),
  'open_new.errors': accept(
    NEW,
    {},
    { firstName: 'first_name_missing', lastName: 'name_too_long', password: 'password_common' },
  ),
  'open_new.changed': accept(NEW, {}, { form: 'now_new', confirmation: 'confirmation_differs' }),
  'open_sign_in.errors': accept(ACCEPT_STATES.open_sign_in, {}, { password: 'password_wrong' }),
  'open_sign_in.wait': accept(ACCEPT_STATES.open_sign_in, {}, { password: { waitMinutes: 12 } }),
  'open_new.denied': accept(NEW, {
    denial: {
      message: 'Your organization’s subscription has ended.',
      remediation: 'Ask Ines to renew it, then press once more.',
    },
  }),
  'open_new.sso': accept({ kind: 'open', way: 'new', sso: 'offered' }),
  'open_new.sso-other': accept(
    { kind: 'open', way: 'new', sso: 'offered' },
    { facts: { ...WITH_SSO, connectionPreset: 'other', issuer: 'https://id.example.com' } },
  ),
  'open_sign_in.sso': accept({ kind: 'open', way: 'sign_in', sso: 'offered' }),
  'open_sign_in.link': accept({ kind: 'open', way: 'sign_in', sso: 'shown' }),
  'open_sign_in.no-password': accept(ACCEPT_STATES.open_sign_in, {}, { password: 'no_password' }),
  'open_join.link': accept({ kind: 'open', way: 'join', sso: 'shown' }),
  'open_sso.prefilled': accept(ACCEPT_STATES.open_sso, {
    values: { name: 'Jane Doe', firstName: 'Jane', lastName: 'Doe' },
  }),
  'open_sso.no-name': accept(ACCEPT_STATES.open_sso, { facts: { ...WITH_SSO, nameFields: 'none' } }),
  'open_sso.long': accept(ACCEPT_STATES.open_sso, {
    facts: {
      ...factsOf(LONG),
      connectionPreset: 'other',
      issuer: `https://${'identity-'.repeat(9)}provider.example.com`,
    },
    shown: { typedAddress: LONG.to },
  }),
  'open_sso.changed': accept(ACCEPT_STATES.open_sso, {}, { form: 'now_sso' }),
  'sso_required.again': accept(ACCEPT_STATES.sso_required, {}, { form: 'sso_again' }),
  'sso_mismatch.unverified': accept({ kind: 'sso_mismatch', why: 'unverified', passwordToo: true }),
  'sso_mismatch.no-password': accept({ kind: 'sso_mismatch', why: 'another_address', passwordToo: false }),
  'sso_mismatch.no-address': accept(
    { kind: 'sso_mismatch', why: 'unverified', passwordToo: true },
    { shown: { typedAddress: '' } },
  ),
  ...Object.fromEntries(
    (['away', 'declined', 'stale', 'wrong'] as const).map((why): [string, Render] => [
      `sso_failed.${why}`,
      (language) => (
        <AcceptSsoFailed
          token="a1B2c3D4"
          language={language}
          why={why}
          provider="Google"
          organization={PLAIN.organization}
        />
      ),
    ]),
  ),
  'closed_used.own': accept(
    { kind: 'closed', end: 'used', shown: 'used', own: true },
    { landing: 'https://app.example.com/' },
  ),
  'already_member.own': accept({ kind: 'already_member', own: true }),
  'opening.first': (language) => <AcceptShell hint={null} language={language} />,
  'opening.known': (language) => (
    <AcceptShell hint={{ organization: PLAIN.organization, inviter: PLAIN.inviter }} language={language} />
  ),
  unavailable: (language) => (
    <AcceptShell hint={null} language={language}>
      <AcceptUnavailable reference="0c680bbe-0000" language={language} />
    </AcceptShell>
  ),
  burst: (language) => <AcceptBurst language={language} minutes={1} />,
  welcome: (language) => (
    <WelcomePage organization={PLAIN.organization} landing="https://app.example.com/" language={language} />
  ),
}

const unsubscribe =
  (unsubscribed: boolean, done: 'unsubscribed' | 'resubscribed' | null): Render =>
  (language) => (
    <UnsubscribePage
      language={language}
      token="a1B2c3D4"
      link={{ organization: PLAIN.organization, typedAddress: PLAIN.to, unsubscribed }}
      done={done}
    />
  )

const UNSUBSCRIBE: Record<string, Render> = {
  ask: unsubscribe(false, null),
  done: unsubscribe(true, 'unsubscribed'),
  undone: unsubscribe(false, 'resubscribed'),
  invalid: (language) => <UnsubscribePage language={language} token="" link={null} done={null} />,
}

const BACK = (language: Language) => ({
  href: '/sign-in',
  label: wordsIn(language).account.forgot.backToSignIn,
})

const FORGOT: Record<string, Render> = {
  ask: (language) => (
    <ForgotPage
      {...{ language, self: '', action: '', invitation: '', change: '', back: BACK(language) }}
      organization={PLAIN.organization}
      address=""
      errors={{}}
    />
  ),
  sent: (language) => <ForgotSentPage language={language} self="" back={BACK(language)} address={PLAIN.to} />,
}

const RESET_STATES: Record<ResetLinkState, true> = {
  open: true,
  invalid: true,
  used: true,
  replaced: true,
  ended: true,
  expired: true,
}

const reset =
  (state: ResetLinkState, problems: Problems = {}): Render =>
  (language) => (
    <ResetPage
      {...{ language, state, token: 'a1B2c3D4', invitation: '', change: '' }}
      facts={{ typedAddress: PLAIN.to, slug: null }}
      errors={problemWords(problems, wordsIn(language))}
    />
  )

type ShownAddressState = Exclude<AddressLinkState, 'signed_out' | 'confirmed'>
const ADDRESS_STATES: Record<ShownAddressState, true> = {
  open: true,
  invalid: true,
  replaced: true,
  ended: true,
  expired: true,
  taken: true,
  wrong_account: true,
}

const confirm =
  (state: ShownAddressState): Render =>
  (language) => (
    <ConfirmAddressPage
      {...{ language, state, token: 'a1B2c3D4', change: '' }}
      facts={{ typedAddress: PLAIN.to, newAddress: 'jane.doe@example.org' }}
      viewer={{ typedAddress: 'john@example.org' }}
    />
  )

const ACCOUNT: AccountProps['account'] = {
  name: 'Jane Doe',
  firstName: 'Jane',
  lastName: 'Doe',
  typedAddress: PLAIN.to,
  hasPassword: true,
  slug: null,
  pending: null,
}

const accountPage =
  (account: Partial<AccountProps['account']>, told: AccountProps['told'] = null): Render =>
  (language) => (
    <AccountPage
      language={language}
      account={{ ...ACCOUNT, ...account }}
      typed={null}
      told={told}
      change=""
    />
  )

const each = <State extends string>(
  states: Record<State, true>,
  render: (state: State) => Render,
): Record<string, Render> =>
  Object.fromEntries(
    (Object.keys(states) as State[]).map((state): [string, Render] => [state, render(state)]),
  )

const GROUPS: Record<string, Record<string, Render>> = {
  accept: ACCEPT_VARIANTS,
  unsubscribe: UNSUBSCRIBE,
  forgot: FORGOT,
  reset: { ...each(RESET_STATES, reset), 'open.errors': reset('open', { password: 'password_too_short' }) },
  address: each(ADDRESS_STATES, confirm),
  account: {
    plain: accountPage({}),
    'one-name': accountPage({ firstName: null, lastName: null }, 'renamed'),
    pending: accountPage({ pending: { typedAddress: 'jane.doe@example.org', expiresAt: AT } }, 'asked'),
    'no-password': accountPage({ hasPassword: false }),
  },
}

/** Every page that somebody reads who came by a mail, in each of its states, by name. */
export const PAGE_PIECES: ReadonlyMap<string, Render> = new Map(
  Object.entries(GROUPS).flatMap(([group, pieces]) =>
    Object.entries(pieces).map(([name, render]): [string, Render] => [`${group}.${name}`, render]),
  ),
)
