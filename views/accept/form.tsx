import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { LinkState, Way } from '../../src/rules/acceptance'
import { roleWords, type Words, wordsIn } from '../../src/rules/words'
import { FormError, When } from '../parts'
import { Said } from '../said'
import { FIELDS, type WayProps } from './fields'
import type { AcceptProps, Facts } from './props'
import { ContinueWithSso, providerOf, SsoRequired } from './sso'

const Offer: FC<{ facts: Facts; words: Words }> = ({ facts, words }) => {
  const { inviter, organization, department, teamNames } = facts
  const role = facts.roleShown ? roleWords(facts.role, words) : null
  return (
    <>
      <h1>{words.accept.heading}</h1>
      <p class="offer">
        <Said phrase={words.offer({ inviter, organization, role })} />
      </p>
      {(department || teamNames) && (
        <p class="place">
          {department && (
            <span>
              <Said phrase={words.accept.department(department)} />
            </span>
          )}
          {teamNames && (
            <span>
              <Said phrase={words.accept.teams(teamNames, teamNames.includes(', '))} />
            </span>
          )}
        </p>
      )}
    </>
  )
}

type Accept = Words['accept']
const Address: FC<{ address: string; accept: Accept }> = ({ address, accept }) => (
  <div data-field="">
    <label for="field-address">{accept.address}</label>
    <input type="email" id="field-address" value={address} readonly autocomplete="username" />
  </div>
)

const Hidden: FC<{ token: string; change: string; way?: string }> = ({ token, change, way }) => (
  <>
    <input type="hidden" name="token" value={token} />
    <input type="hidden" name="change" value={change} />
    {way && <input type="hidden" name="way" value={way} />}
  </>
)

const Decline: FC<{ token: string; change: string; accept: Accept }> = ({ token, change, accept }) => (
  <details class="decline">
    <summary>{accept.declineQuestion}</summary>
    <form method="post" action={paths.declineInvitation}>
      <Hidden token={token} change={change} />
      <p>{accept.declineMeaning}</p>
      <button type="submit" class="outline" data-variant="danger">
        {accept.decline}
      </button>
    </form>
  </details>
)

/** What a policy says of it, in the words of whoever wrote it. */
const Denied: FC<{ denial: AcceptProps['denial']; accept: Accept }> = ({ denial, accept }) =>
  denial && (
    <div role="alert" data-variant="danger">
      <div>
        <strong>{accept.sso.denied}</strong>
        <p dir="auto">{denial.message}</p>
        <p dir="auto">{denial.remediation}</p>
      </div>
    </div>
  )

/** Under which address somebody comes in, or as whom. */
const Whom: FC<WayProps & { way: Way }> = ({ facts, way, shown, isShown, words: { accept } }) => {
  if (isShown)
    return (
      <p>
        <Said
          phrase={accept.sso.shownAs({
            provider: providerOf(facts),
            address: shown?.typedAddress ?? facts.typedAddress,
          })}
        />
      </p>
    )
  return way === 'join' ? (
    <p>
      <Said phrase={accept.signedInAs(facts.typedAddress)} />
    </p>
  ) : (
    <Address address={facts.typedAddress} accept={accept} />
  )
}

type OpenState = Extract<LinkState, { kind: 'open' | 'sso_required' }>

/** The form of an open link, for the way its invitee comes in. */
export const Open: FC<AcceptProps & { facts: Facts; open: OpenState }> = ({ open, ...props }) => {
  const { facts, token, change, errors, language } = props
  const words = wordsIn(language)
  const { accept } = words
  const isShown = open.kind === 'open' && open.sso === 'shown'
  const isSecond = open.kind === 'open' && open.sso === 'offered'
  const given = { ...props, words, isShown, isSecond }
  const form = () => {
    if (open.kind === 'sso_required') return <SsoRequired {...props} />
    const { way } = open
    const Fields = FIELDS[way]
    return (
      <>
        {isSecond && facts.connectionPreset && (
          <>
            <ContinueWithSso token={token} preset={facts.connectionPreset} language={language} />
            <p class="or">{accept.sso.orPassword}</p>
          </>
        )}
        <form method="post" action={paths.acceptInvitation()}>
          <Hidden token={token} change={change} way={way} />
          {isShown && <input type="hidden" name="by" value="sso" />}
          <FormError message={errors.form} />
          <Denied denial={props.denial} accept={accept} />
          <Whom {...given} way={way} />
          <Fields {...given} />
        </form>
      </>
    )
  }
  return (
    <>
      <Offer facts={facts} words={words} />
      {form()}
      <p class="until">
        <When at={facts.expiresAt} language={language} say={accept.until} />
      </p>
      <Decline token={token} change={change} accept={accept} />
    </>
  )
}

/** Signed in as somebody else: both addresses, and a way to switch that comes back to this link. */
export const WrongAccount: FC<AcceptProps & { facts: Facts }> = ({ facts, viewer, token, language }) => {
  const words = wordsIn(language)
  const addresses = { invited: facts.typedAddress, signedIn: viewer?.typedAddress ?? '' }
  return (
    <>
      <Offer facts={facts} words={words} />
      <p>
        <Said phrase={words.accept.wrongAccount(addresses)} />
      </p>
      <form method="post" action={paths.signOut}>
        <input type="hidden" name="token" value={token} />
        <button type="submit" class="large">
          {words.accept.switchAccount}
        </button>
      </form>
    </>
  )
}
