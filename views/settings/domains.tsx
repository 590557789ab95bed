import type { Child, FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { MAX_DOMAINS, type ProofCheck, proofRecord } from '../../src/rules/domains'
import { countWords } from '../../src/rules/lists'
import type { FieldErrors } from '../../src/rules/refusals'
import type { SsoRequired } from '../../src/rules/sso'
import { Console, type Place } from '../console'
import { DialogForm, DialogLink } from '../dialog'
import { Badge, Input, type Notice, When } from '../parts'
import { SettingsLayout } from './layout'

type Domain = { domain: string; proof: string; provenAt: number | null; members: number }

/** The settings that ask whether a domain is proven. */
type Uses = { ssoRequired: SsoRequired; justInTime: boolean }

type ListProps = {
  slug: string
  domains: readonly Domain[]
  uses: Uses
  /** The domain that was just looked at, and what came of it. */
  checked: { domain: string; check: ProofCheck } | null
  change: string
}

/** What the proof of a domain brings about, as the settings are. */
const Consequences: FC<{ uses: Uses }> = ({ uses: { ssoRequired, justInTime } }) => (
  <p class="muted">
    {ssoRequired === 'proven_domains'
      ? 'Once it is proven, members with an address of it sign in through single sign-on alone.'
      : 'Once it is proven, single sign-on can be required of members with an address of it.'}
    {justInTime && ' Everybody with one can then join through single sign-on without an invitation.'}
  </p>
)

const Missing: FC<{ domain: string; found: readonly string[] }> = ({ domain, found }) => (
  <>
    <p>
      {found.length === 0
        ? `There is no TXT record at ${domain} yet.`
        : `${domain} has TXT records, and none of them is this one. What was found:`}
    </p>
    {found.length > 0 && (
      <ul>
        {found.map((record) => (
          <li>
            <code>{record}</code>
          </li>
        ))}
      </ul>
    )}
    <p>
      A new record can take minutes to be seen everywhere, with some name servers a day. Check again then.
    </p>
  </>
)

/** What a look at the name servers came to. */
const Finding: FC<{ domain: string; check: ProofCheck }> = ({ domain, check }) => {
  if (check.kind === 'proven') return null
  return (
    <div role="alert" data-variant="warning" class="finding">
      {check.kind === 'missing' ? (
        <Missing domain={domain} found={check.found} />
      ) : (
        <p>Could not be looked up: {check.problem} Check again in a minute.</p>
      )}
    </div>
  )
}

const Proof: FC<{ row: Domain; props: ListProps }> = ({ row: { domain, proof }, props }) => {
  const { slug, uses, checked, change } = props
  const action = paths.proveDomain(slug)
  const id = `record-${domain}`
  return (
    <>
      <p>
        To prove that it is yours, add this TXT record to the domain itself, which many name servers call{' '}
        <code>@</code>:
      </p>
      <p class="copy">
        <input
          type="text"
          id={id}
          readonly
          value={proofRecord(proof)}
          aria-label={`TXT record for ${domain}`}
          data-select-all
        />
        <button
          type="button"
          class="outline scripted"
          data-copy={id}
          aria-label={`Copy the TXT record for ${domain}`}
        >
          Copy
        </button>
      </p>
      <Consequences uses={uses} />
      {checked?.domain === domain && <Finding domain={domain} check={checked.check} />}
      <form
        method="post"
        action={action}
        hx-post={action}
        hx-target="#domains"
        hx-swap="outerMorph"
        hx-sync="this:drop"
      >
        <input type="hidden" name="change" value={change} />
        <input type="hidden" name="domain" value={domain} />
        <button type="submit" aria-label={`Check ${domain} now`}>
          Check now
        </button>
      </form>
    </>
  )
}

const DomainCard: FC<{ row: Domain; props: ListProps }> = ({ row, props }) => {
  const { domain, provenAt, members } = row
  return (
    <li class="card" id={`domain-${domain}`}>
      <header>
        <h2>{domain}</h2>
        {provenAt === null ? (
          <Badge variant="warning">Not proven yet</Badge>
        ) : (
          <Badge variant="success">Proven</Badge>
        )}
        <small>
          {provenAt !== null && (
            <>
              since <When at={provenAt} /> ·{' '}
            </>
          )}
          {countWords(members, 'active member')}
        </small>
        <DialogLink
          class="button ghost small"
          danger
          href={paths.removeDomain(props.slug, { domain })}
          label={`Remove ${domain}`}
        >
          Remove
        </DialogLink>
      </header>
      {provenAt === null && <Proof row={row} props={props} />}
    </li>
  )
}

/** The part of the page that changes. */
export const DomainList: FC<ListProps> = (props) => (
  <section
    id="domains"
    data-list
    aria-label="Domains"
    tabindex={-1}
    hx-get={paths.domains(props.slug)}
    hx-trigger="list-changed from:document"
    hx-target="this"
    hx-sync="this:drop"
  >
    {props.domains.length === 0 ? (
      <div class="empty">
        <p>No domain yet.</p>
        <small>Add the one behind the @ of your organization’s addresses, then prove that it is yours.</small>
      </div>
    ) : (
      <ul class="domains">
        {props.domains.map((row) => (
          <DomainCard row={row} props={props} />
        ))}
      </ul>
    )}
  </section>
)

export type DomainsProps = ListProps & {
  place: Place
  notice: Notice | null
  typed: string
  errors: FieldErrors
}

export const DomainsPage: FC<DomainsProps> = ({ place, notice, typed, errors, ...props }) => (
  <SettingsLayout place={place} title="Domains" current={paths.domains(props.slug)} notice={notice}>
    <p class="lead">
      A domain that is proven to be yours says who single sign-on is for. Several organizations can prove the
      same one.
    </p>
    {props.domains.length < MAX_DOMAINS ? (
      <form method="post" action={paths.domains(props.slug)} class="card inline">
        <input type="hidden" name="change" value={props.change} />
        <Input
          name="domain"
          label="Domain"
          value={typed}
          errors={errors}
          autocomplete="off"
          required
          maxlength={300}
          hint="What stands behind the @ of your addresses, as in example.com"
        />
        <button type="submit">Add domain</button>
      </form>
    ) : (
      <p class="muted">{`This is as many as an organization can list: ${MAX_DOMAINS}.`}</p>
    )}
    <DomainList {...props} />
  </SettingsLayout>
)

export type RemoveDomainProps = {
  slug: string
  inDialog: boolean
  row: Domain
  uses: Uses
  change: string
}

/** What follows from taking a domain off the list, for whom. */
const Followups: FC<{ row: Domain; uses: Uses }> = ({ row: { domain, provenAt, members }, uses }) => {
  if (provenAt === null) return <p>It is not proven, so nobody signs in differently.</p>
  const told: Child[] = []
  if (uses.ssoRequired === 'proven_domains')
    told.push(
      members === 0
        ? `Nobody with an address of ${domain} has to use single sign-on any more.`
        : `${countWords(members, 'active member')} with an address of ${domain} no longer ${members === 1 ? 'has' : 'have'} to use single sign-on.`,
    )
  if (uses.justInTime) told.push(`Nobody else with an address of ${domain} gets in without an invitation.`)
  told.push(
    'Single sign-on takes an address of it only where the identity provider says that it is verified.',
    'Adding it again asks for another TXT record.',
  )
  return (
    <ul>
      {told.map((words) => (
        <li>{words}</li>
      ))}
    </ul>
  )
}

export const RemoveDomainForm: FC<RemoveDomainProps> = ({ slug, inDialog, row, uses, change }) => (
  <DialogForm
    action={paths.removeDomain(slug)}
    back={paths.domains(slug)}
    inDialog={inDialog}
    title={`Remove ${row.domain}?`}
    change={change}
    submit="Remove domain"
    danger
  >
    <input type="hidden" name="domain" value={row.domain} />
    <Followups row={row} uses={uses} />
  </DialogForm>
)

export const RemoveDomainPage: FC<RemoveDomainProps & { place: Place }> = ({ place, ...props }) => (
  <Console place={place} title="Remove domain" current={paths.domains(props.slug)}>
    <div class="card narrow">
      <RemoveDomainForm {...props} />
    </div>
  </Console>
)
