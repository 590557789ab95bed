import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { LANGUAGE_NAMES, LANGUAGES } from '../../src/rules/languages'
import type { ToldOnAcceptance } from '../../src/rules/lifecycle'
import type { FieldErrors } from '../../src/rules/refusals'
import { REMINDER_PRESETS, type ReminderChoice } from '../../src/rules/settings'
import type { Place } from '../console'
import { Field, FormError, type Notice } from '../parts'
import { Choices, type Option, Tick } from './choices'
import { EmailHealth, type HealthProps } from './email-health'
import { SettingsLayout } from './layout'
import { TestMail, type TestProps } from './test-mail'

type FormProps = {
  values: Record<'language' | 'toldOnAcceptance' | 'expiryDigest', string>
  reminder: ReminderChoice
  /** What the form shows, to be posted along. */
  shown: string
  errors: FieldErrors
  change: string
}

export type EmailSettingsProps = FormProps & {
  place: Place
  notice: Notice | null
  health: HealthProps
  test: TestProps
}

const TOLD: readonly Option<ToldOnAcceptance>[] = [
  {
    value: 'inviter',
    label: 'The inviter',
    words: 'Whoever sent or resent the invitation last; nobody where that was an API key.',
  },
  { value: 'admins', label: 'The admins', words: 'Everybody who manages members.' },
  { value: 'nobody', label: 'Nobody', words: 'The overview and the audit log tell it all the same.' },
]

const PRESET_WORDS: Record<(typeof REMINDER_PRESETS)[number], string> = {
  25: 'After a quarter of the lifetime',
  50: 'After half of the lifetime',
  75: 'After three quarters of the lifetime',
}

/** Never, after a part of the lifetime that has a name, or after one of one's own. */
const ReminderField: FC<{ chosen: ReminderChoice; errors: FieldErrors }> = ({ chosen, errors }) => {
  const error = errors.reminderAfter
  const id = 'field-reminderAfter'
  const radio = (value: string, label: string) => (
    <label>
      <input type="radio" name="reminder" value={value} checked={chosen.choice === value} />
      <strong>{label}</strong>
    </label>
  )
  return (
    <fieldset class="choices" data-presets aria-describedby={error ? `${id}-hint ${id}-error` : `${id}-hint`}>
      <legend>Reminders</legend>
      <p data-hint id={`${id}-hint`}>
        For who has not answered, with the same link. An invitation that lasts over two days gets one a day
        before it expires, too; none gets more than two.
      </p>
      {radio('off', 'None')}
      {REMINDER_PRESETS.map((percent) => radio(String(percent), PRESET_WORDS[percent]))}
      <div class="custom" data-custom>
        {radio('custom', 'After')}
        <input
          type="text"
          inputmode="numeric"
          name="reminderPercent"
          id={id}
          value={chosen.percent}
          maxlength={10}
          autocomplete="off"
          aria-label="Percent of the lifetime"
          {...(error && { 'aria-invalid': 'true', 'aria-describedby': `${id}-error`, autofocus: true })}
        />
        <span>percent of it, from 10 to 90</span>
      </div>
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </fieldset>
  )
}

const EmailForm: FC<FormProps & { slug: string }> = ({ slug, values, reminder, shown, errors, change }) => (
  <form method="post" action={paths.emailSettings(slug)} class="card settings" aria-labelledby="mails">
    <h2 id="mails">What is mailed</h2>
    <p class="lead">
      What is sent from now on follows these. An invitation already out keeps its language and its reminders.
    </p>
    <input type="hidden" name="change" value={change} />
    <input type="hidden" name="shown" value={shown} />
    <FormError message={errors.form} />
    <Field
      name="language"
      label="Language of invitations"
      errors={errors}
      hint="Of mails and accept pages, where whoever invites chooses no other. A page follows the invitee’s browser if that asks for one of these."
    >
      {(described) => (
        <select name="language" {...described}>
          {LANGUAGES.map((language) => (
            <option value={language} lang={language} selected={language === values.language}>
              {LANGUAGE_NAMES[language]}
            </option>
          ))}
        </select>
      )}
    </Field>
    <ReminderField chosen={reminder} errors={errors} />
    <Choices
      name="toldOnAcceptance"
      legend="When somebody accepts, a mail goes to"
      options={TOLD}
      value={values.toldOnAcceptance}
      errors={errors}
    />
    <fieldset class="choices" aria-describedby="digest-hint">
      <legend>What expired</legend>
      <p data-hint id="digest-hint">
        Once a week to everybody who manages members, if something expired unanswered.
      </p>
      <Tick name="expiryDigest" label="A weekly digest" value={values.expiryDigest} />
    </fieldset>
    <p class="foot">
      <button type="submit">Save</button>
    </p>
  </form>
)

/** Whether mail arrives and what to do where it does not; then what is mailed at all. */
export const EmailSettingsPage: FC<EmailSettingsProps> = ({ place, notice, health, test, ...form }) => {
  const { slug } = place.organization
  return (
    <SettingsLayout place={place} title="Email settings" current={paths.emailSettings(slug)} notice={notice}>
      <p class="lead">
        Whether mails arrive, and <a href="#mails">what is mailed</a>: language, reminders, who is told.
      </p>
      <div class="email">
        <EmailHealth {...health} />
        <TestMail {...test} />
        <EmailForm {...form} slug={slug} />
      </div>
    </SettingsLayout>
  )
}
