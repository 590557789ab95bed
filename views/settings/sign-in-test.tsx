import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { isMicrosoft } from '../../src/rules/issuers'
import type { OidcClaims, OidcFault } from '../../src/rules/oidc'
import type { ConnectionPreset, Vouching } from '../../src/rules/sso'
import type { Place } from '../console'
import { Address } from '../parts'
import { RedirectUri, SwitchForm } from './connection'
import { SignInAnswer } from './sign-in-answer'

export type TestProps = {
  place: Place
  provider: string
  connection: { id: string; preset: ConnectionPreset; issuer: string; enabled: boolean }
  redirectUri: string
  report:
    | { kind: 'failed'; fault: OidcFault }
    | { kind: 'outdated' }
    | { kind: 'passed'; claims: OidcClaims; vouching: Vouching; ofProvenDomain: boolean }
  change: string
}

type Passed = Extract<TestProps['report'], { kind: 'passed' }>

/** Whether whoever tested would be let in with this address, and what to mend where not. */
const acceptanceWords = ({ claims, vouching }: Passed, preset: ConnectionPreset): string => {
  if (vouching === 'own_domain')
    return 'This address is accepted: its domain is proven to be yours. It can also join without an invitation, where that is on.'
  if (vouching === 'address')
    return 'This address is accepted, for an invitation to it and for the member who has it.'
  if (claims.address === null)
    return isMicrosoft(claims.issuer)
      ? 'Nobody would be let in: the provider says no email address. Add the optional claim email to the ID token, and give the person an email address in the directory.'
      : 'Nobody would be let in: the provider says no email address. Let this client have the scope email, and the claim email.'
  if (preset === 'google')
    return 'This address is not accepted: it is not of gmail.com, and its account belongs to no Google Workspace, so Google does not vouch for it.'
  return 'This address is not accepted: the provider does not say that it is verified (email_verified), and its domain is not proven. Prove the domain under Settings › Domains, or let the provider verify addresses.'
}

const Said: FC<{ claims: OidcClaims }> = ({ claims }) => (
  <dl class="details">
    <dt>Address</dt>
    <dd>{claims.address === null ? 'None' : <Address typed={claims.address} />}</dd>
    <dt>Verified there</dt>
    <dd>{claims.addressVerified ? 'Yes' : 'No, or it does not say'}</dd>
    {claims.hostedDomain !== null && (
      <>
        <dt>Workspace</dt>
        <dd>{claims.hostedDomain}</dd>
      </>
    )}
    <dt>Name</dt>
    <dd>{claims.name || [claims.firstName, claims.lastName].filter(Boolean).join(' ') || 'None'}</dd>
    <dt>Known there as</dt>
    <dd>{claims.subject}</dd>
  </dl>
)

const Report: FC<TestProps> = ({ provider, connection, redirectUri, report }) => {
  switch (report.kind) {
    case 'failed':
      return (
        <>
          <h2>Single sign-on with {provider} does not work yet</h2>
          <div role="alert" data-variant="danger">
            {report.fault.detail}
          </div>
          <p>{report.fault.remedy}</p>
          <RedirectUri value={redirectUri} />
        </>
      )
    case 'outdated':
      return (
        <>
          <h2>Changed meanwhile</h2>
          <p>The connection has been changed since this test began, so it says nothing of it. Test again.</p>
        </>
      )
    case 'passed':
      return (
        <>
          <h2>Single sign-on with {provider} works</h2>
          <div role="alert" data-variant={report.vouching === 'nobody' ? 'warning' : 'success'}>
            {acceptanceWords(report, connection.preset)}
          </div>
          <p>This is what it said of you:</p>
          <Said claims={report.claims} />
          <p class="muted">Nothing was changed: you are signed in as before.</p>
        </>
      )
  }
}

/** What testing a connection came to. */
export const SignInTestPage: FC<TestProps> = (props) => {
  const { place, connection, report, change } = props
  const { slug } = place.organization
  const maySwitchOn = report.kind === 'passed' && !connection.enabled
  return (
    <SignInAnswer
      place={place}
      title="Test of single sign-on"
      class="card narrow connection"
      ways={
        <>
          {maySwitchOn && <SwitchForm slug={slug} id={connection.id} enabled change={change} />}
          <a class={maySwitchOn ? 'button outline' : 'button'} href={paths.testConnection(slug)}>
            Test again
          </a>
        </>
      }
    >
      <Report {...props} />
    </SignInAnswer>
  )
}
