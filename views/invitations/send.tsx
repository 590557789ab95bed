import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { type SendOutcome, sendReason } from '../../src/rules/outcomes'
import { wordsFor } from '../../src/rules/refusals'
import { Console, type Place } from '../console'
import { DialogForm } from '../dialog'
import { LanguageField, NoteField } from '../fields'
import { Field, FormError, hasInvalid, type Notice } from '../parts'
import { InviteTabs } from './tabs'
import { formError, SeatRemedy, TermsFields, type TermsProps } from './terms'

type Failure = Exclude<SendOutcome, { kind: 'invited' }>

export type SendFormProps = TermsProps & {
  slug: string
  /** Opens in the dialog of the console, or stands on its own page. */
  inDialog: boolean
  values: TermsProps['values'] & {
    addresses: string
    note: string
    language: string
    /** The word of the page it was opened from. */
    from: string
  }
  /** Addresses of the last sending that were not invited, with their reasons. */
  failures: Failure[]
  /** What did go out of it. */
  sent: string | null
  limits: { addresses: number; note: number; department: number }
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
    <SeatRemedy failures={failures} slug={slug} upgradeUrl={upgradeUrl} />
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
  const { slug, inDialog, values, errors, failures, limits } = props
  return (
    <DialogForm
      action={paths.invitations(slug)}
      back={props.back}
      inDialog={inDialog}
      class="send"
      title="Invite users"
      tabs={<InviteTabs slug={slug} from={values.from} current="email" inDialog={inDialog} />}
      lead={props.outside ?? 'Mails leave at once and cannot be unsent, only revoked.'}
      change={props.change}
      submit="Send invitations"
    >
      <input type="hidden" name="from" value={values.from} />
      {props.sent && (
        <div role="status" class="sent-part">
          {props.sent}
        </div>
      )}
      <FormError message={formError(props)} />
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
      <TermsFields {...props} />
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
    </DialogForm>
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
