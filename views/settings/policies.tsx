import type { Child, FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { PolicyKey } from '../../src/rules/policies'
import type { PolicyForm } from '../../src/rules/policy-settings'
import type { FieldErrors } from '../../src/rules/refusals'
import { WEEKDAY_NAMES } from '../../src/rules/working-hours'
import type { Place } from '../console'
import { Field, FormError, type Notice } from '../parts'
import { SettingsLayout } from './layout'

type Own = { id: string; operations: readonly ('create' | 'resend' | 'accept' | 'revoke')[] }

export type PoliciesProps = {
  form: PolicyForm
  /** Those that can be invited. */
  roles: readonly { key: string; name: string }[]
  /** The deployment's own. */
  own: readonly Own[]
  /** What the form shows, to be posted along. */
  shown: string
  timeZone: string
  errors: FieldErrors
  change: string
}

type PolicyProps = { name: PolicyKey; label: string; words: string; form: PolicyForm; children?: Child }

/** One policy: its switch, what it does, and what it needs to know. */
const Policy: FC<PolicyProps> = ({ name, label, words, form, children }) => (
  <fieldset class="policy">
    <legend>
      <label class="toggle">
        <input
          type="checkbox"
          name="on"
          value={name}
          checked={form.on.includes(name)}
          aria-describedby={`${name}-words`}
        />
        {label}
      </label>
    </legend>
    <p class="muted" id={`${name}-words`}>
      {words}
    </p>
    {children && <div class="policy-fields">{children}</div>}
  </fieldset>
)

type DomainsProps = { name: 'allowedDomains' | 'blockedDomains'; value: string; errors: FieldErrors }

const DomainsField: FC<DomainsProps> = ({ name, value, errors }) => (
  <Field
    name={name}
    label="Domains"
    errors={errors}
    hint="One a line. example.com stands for itself alone, *.example.com for all below it."
  >
    {(described) => (
      <textarea
        name={name}
        rows={3}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        placeholder="example.com"
        {...described}
      >
        {value}
      </textarea>
    )}
  </Field>
)

type TicksProps = {
  name: 'approvalRoles' | 'days'
  legend: string
  options: readonly { value: string; label: string }[]
  ticked: readonly string[]
  error?: string | undefined
  errorId: string
}

const Ticks: FC<TicksProps> = ({ name, legend, options, ticked, error, errorId }) => (
  <fieldset class="ticks" {...(error && { 'aria-describedby': errorId })}>
    <legend>{legend}</legend>
    <div>
      {options.map(({ value, label }) => (
        <label>
          <input type="checkbox" name={name} value={value} checked={ticked.includes(value)} /> {label}
        </label>
      ))}
    </div>
  </fieldset>
)

const OUTSIDE = [
  { value: 'hold', label: 'Hold the mail until the next working hour' },
  { value: 'refuse', label: 'Refuse to send' },
] as const

const HoursFields: FC<{ form: PolicyForm; timeZone: string; errors: FieldErrors }> = (props) => {
  const { form, timeZone, errors } = props
  const error = errors.workingHours
  const time = (name: 'from' | 'to', label: string, value: string) => (
    <label>
      {label}
      <input
        type="time"
        name={name}
        value={value}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby="workingHours-zone"
      />
    </label>
  )
  return (
    <>
      <Ticks
        name="days"
        legend="Working days"
        options={WEEKDAY_NAMES.map(([day, label]) => ({ value: String(day), label }))}
        ticked={form.days}
        error={error}
        errorId="field-workingHours-error"
      />
      <div class="hours">
        {time('from', 'From', form.from)}
        {time('to', 'To', form.to)}
      </div>
      <p data-hint id="workingHours-zone">
        By the clocks of {timeZone}, the organization’s time zone. 00:00 as the end is midnight.
      </p>
      <Problem name="workingHours" errors={errors} />
      <fieldset class="ticks">
        <legend>Outside of them</legend>
        <div>
          {OUTSIDE.map(({ value, label }) => (
            <label>
              <input type="radio" name="outside" value={value} checked={form.outside === value} /> {label}
            </label>
          ))}
        </div>
      </fieldset>
    </>
  )
}

/** What is wrong with a policy that has several controls, or none. */
const Problem: FC<{ name: PolicyKey; errors: FieldErrors }> = ({ name, errors }) => {
  const error = errors[name]
  return error ? (
    <p class="error" id={`field-${name}-error`}>
      {error}
    </p>
  ) : null
}

const OPERATIONS = {
  create: 'inviting',
  resend: 'resending',
  accept: 'accepting',
  revoke: 'revoking',
} as const

const OwnPolicies: FC<{ own: readonly Own[] }> = ({ own }) => (
  <section class="card own-policies">
    <h2>Of this deployment</h2>
    {own.length === 0 ? (
      <p class="muted">None. Whoever runs this deployment can register some in its code.</p>
    ) : (
      <>
        <p class="muted">Registered in its code, and always on.</p>
        <ul>
          {own.map(({ id, operations }) => (
            <li>
              <code>{id}</code>
              <small>{operations.map((operation) => OPERATIONS[operation]).join(', ')}</small>
            </li>
          ))}
        </ul>
      </>
    )}
  </section>
)

export const PoliciesPage: FC<PoliciesProps & { place: Place; notice: Notice | null }> = (props) => {
  const { place, notice, form, roles, own, shown, timeZone, errors, change } = props
  const current = paths.policySettings(place.organization.slug)
  return (
    <SettingsLayout place={place} title="Policies" current={current} notice={notice}>
      <p class="lead">
        Policies decide before an invitation is sent, resent or accepted. What they refuse is told beside the
        address; everything else goes on.
      </p>
      <form method="post" action={current} class="card settings">
        <input type="hidden" name="change" value={change} />
        <input type="hidden" name="shown" value={shown} />
        <FormError message={errors.form} />
        <Policy
          name="allowedDomains"
          label="Allowed domains"
          words="Only addresses of these domains are invited, and may accept."
          form={form}
        >
          <DomainsField name="allowedDomains" value={form.allowedDomains} errors={errors} />
        </Policy>
        <Policy
          name="blockedDomains"
          label="Blocked domains"
          words="No address of these domains is invited, or may accept."
          form={form}
        >
          <DomainsField name="blockedDomains" value={form.blockedDomains} errors={errors} />
        </Policy>
        <Policy
          name="noFreeMail"
          label="No free mail"
          words="No address at a provider where anybody gets one, such as gmail.com, is invited, or may accept."
          form={form}
        >
          {errors.noFreeMail && <Problem name="noFreeMail" errors={errors} />}
        </Policy>
        <Policy
          name="noDisposable"
          label="No disposable addresses"
          words="No address that is thrown away after use, such as those of mailinator.com, is invited, or may accept."
          form={form}
        >
          {errors.noDisposable && <Problem name="noDisposable" errors={errors} />}
        </Policy>
        <Policy
          name="approvalRoles"
          label="Approval"
          words="An invitation with one of these roles is sent once another admin has approved it. Nobody approves their own."
          form={form}
        >
          <Ticks
            name="approvalRoles"
            legend="Roles that need it"
            options={roles.map(({ key, name }) => ({ value: key, label: name }))}
            ticked={form.approvalRoles}
            error={errors.approvalRoles}
            errorId="field-approvalRoles-error"
          />
          <Problem name="approvalRoles" errors={errors} />
        </Policy>
        <Policy
          name="workingHours"
          label="Working hours"
          words="Invitations are mailed during working hours. They are accepted and revoked at any hour."
          form={form}
        >
          <HoursFields form={form} timeZone={timeZone} errors={errors} />
        </Policy>
        <p class="foot">
          <button type="submit">Save</button>
        </p>
      </form>
      <OwnPolicies own={own} />
    </SettingsLayout>
  )
}
