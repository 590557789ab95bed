import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { RoleAtSending } from '../../src/rules/names'
import { type SendOutcome, sendReason } from '../../src/rules/outcomes'
import { type FieldErrors, wordsFor } from '../../src/rules/refusals'
import { Console, type Place } from '../console'
import { DepartmentField, LanguageField, NoteField, RoleField, TeamsField } from '../fields'
import { Field, FormError, hasInvalid, type Notice } from '../parts'
import { SeatRemedies } from '../seats'
import { InviteTabs } from './tabs'

type Failure = Exclude<SendOutcome, { kind: 'invited' }>

export type SendFormProps = {
  slug: string
  /** Opens in the dialog of the console, or stands on its own page. */
  inDialog: boolean
  roles: { key: string; name: string }[]
  roleAtSending: RoleAtSending
  departments: string[]
  teams: { id: string; name: string }[]
  values: {
    addresses: string
    role: string
    department: string
    note: string
    language: string
    teamIds: string[]
    /** The word of the page it was opened from. */
    from: string
  }
  errors: FieldErrors
  /** Addresses of the last sending that were not invited, with their reasons. */
  failures: Failure[]
  /** What did go out of it. */
  sent: string | null
  limits: { addresses: number; note: number; department: number }
  /** Whether the form asks for them. */
  asks: { department: boolean; teams: boolean }
  /** When mails leave, where that is not at once. */
  outside: string | null
  /** Where more seats are to be had, or null. */
  upgradeUrl: string | null
  /** The page it was opened from. */
  back: string
  change: string
}

const Remedy: FC<{ failure: Failure; slug: string }> = ({ failure, slug }) => {
  if (failure.kind === 'already_member') {
    return <a href={paths.member(slug, failure.userId)}>See the member</a>
  }
  if (failure.kind !== 'already_invited') return null
  if (failure.awaitsApproval)
    return <a href={paths.invitation(slug, failure.invitationId)}>See the invitation</a>
  return (
    <button
      type="submit"
      class="outline small"
      name="only"
      value={failure.invitationId}
      formaction={paths.resend(slug)}
      formnovalidate
      hx-post={paths.resend(slug)}
      hx-target="closest li"
      hx-swap="outerHTML"
      hx-sync="this:drop"
      aria-label={`Resend to ${failure.typed}`}
    >
      Resend
    </button>
  )
}

type FailuresProps = { failures: Failure[]; slug: string; upgradeUrl: string | null }

const Failures: FC<FailuresProps> = ({ failures, slug, upgradeUrl }) => (
  <>
    {failures.some(({ kind }) => kind === 'no_seat_left') && (
      <p class="seat-remedy">
        {wordsFor({ code: 'no_seat_left' }).remedy} <SeatRemedies slug={slug} upgradeUrl={upgradeUrl} />
      </p>
    )}
    {failures.some(({ kind }) => kind === 'sending_paused') && (
      <p class="seat-remedy">
        {wordsFor({ code: 'sending_paused' }).detail} {wordsFor({ code: 'sending_paused' }).remedy}
      </p>
    )}
    <ul class="failures" id="failures" aria-label="Not invited">
      {failures.map((failure) => (
        <li>
          <span class="address">{failure.typed}</span>
          <span class="why">{sendReason(failure)}</span>
          <Remedy failure={failure} slug={slug} />
        </li>
      ))}
    </ul>
  </>
)

type AddressBoxProps = {
  value: string
  id: string
  'aria-describedby'?: string
  'aria-invalid'?: 'true'
  autofocus?: boolean
}

const AddressBox: FC<AddressBoxProps> = ({ value, ...described }) => (
  <textarea
    name="addresses"
    rows={4}
    required
    spellcheck={false}
    autocapitalize="off"
    autocomplete="off"
    placeholder="jane@example.com, joe@example.com"
    {...described}
  >
    {value}
  </textarea>
)

/** In the failure's place once it has been resent from there; its address leaves the box, the rest stays as typed. */
export const ResentHere: FC<{ typed: string; rest: string; words: string }> = ({ typed, rest, words }) => (
  <>
    <li>
      <span class="address">{typed}</span>
      <span class="resent" role="status" tabindex={-1} autofocus>
        {words}
      </span>
    </li>
    <hx-partial hx-target="#field-addresses" hx-swap="outerHTML">
      <AddressBox value={rest} id="field-addresses" aria-describedby="field-addresses-hint" />
    </hx-partial>
  </>
)

export const SendForm: FC<SendFormProps> = (props) => {
  const { slug, inDialog, values, errors, failures, limits, asks } = props
  const Heading = inDialog ? 'h2' : 'h1'
  const { post, close } = inDialog
    ? {
        post: {
          'hx-post': paths.invitations(slug),
          'hx-target': '#dialog-content',
          'hx-swap': 'innerHTML',
          'hx-sync': 'this:drop',
        },
        close: (
          <button type="button" class="outline" data-close-dialog>
            Cancel
          </button>
        ),
      }
    : {
        post: {},
        close: (
          <a class="button outline" href={props.back}>
            Cancel
          </a>
        ),
      }
  return (
    <form method="post" action={paths.invitations(slug)} class="send" {...post}>
      <header>
        <Heading id="dialog-title">Invite users</Heading>
        <InviteTabs slug={slug} from={values.from} current="email" inDialog={inDialog} />
        <p>{props.outside ?? 'Mails leave at once and cannot be unsent, only revoked.'}</p>
      </header>
      <div>
        <input type="hidden" name="change" value={props.change} />
        <input type="hidden" name="from" value={values.from} />
        {props.sent && (
          <div role="status" class="sent-part">
            {props.sent}
          </div>
        )}
        <FormError message={errors.form ?? (props.teams.length === 0 ? errors.team_ids : undefined)} />
        <Field
          name="addresses"
          label="Email addresses"
          errors={errors}
          hint={`Up to ${limits.addresses}, separated by commas, semicolons, spaces or new lines. Name <address> works too.`}
        >
          {(described) => (
            <AddressBox value={values.addresses} autofocus={!hasInvalid(errors)} {...described} />
          )}
        </Field>
        {failures.length > 0 && <Failures failures={failures} slug={slug} upgradeUrl={props.upgradeUrl} />}
        {props.roleAtSending !== 'not_offered' && (
          <RoleField
            roles={props.roles}
            value={values.role}
            required={props.roleAtSending === 'required'}
            errors={errors}
          />
        )}
        {asks.department && (
          <DepartmentField
            value={values.department}
            departments={props.departments}
            maxlength={limits.department}
            errors={errors}
          />
        )}
        {asks.teams && props.teams.length > 0 && (
          <TeamsField teams={props.teams} chosen={values.teamIds} error={errors.team_ids} />
        )}
        <NoteField
          value={values.note}
          maxlength={limits.note}
          errors={errors}
          hint={`Up to ${limits.note} characters, shown in the mail.`}
        />
        <LanguageField
          value={values.language}
          errors={errors}
          hint="Of the mail, and of its page for whoever’s browser asks for none of these."
        />
      </div>
      <footer>
        {close}
        <button type="submit" data-send>
          Send invitations
        </button>
      </footer>
    </form>
  )
}

export const SendPage: FC<SendFormProps & { place: Place; notice: Notice | null }> = ({
  place,
  notice,
  ...props
}) => (
  <Console
    place={place}
    title="Invite users"
    current={paths.invitations(place.organization.slug)}
    notice={notice}
  >
    <div class="card narrow">
      <SendForm {...props} />
    </div>
  </Console>
)
