import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { exactWords } from '../../src/rules/dates'
import { LONGEST_SLUG, MAX_NAME } from '../../src/rules/names'
import type { FieldErrors } from '../../src/rules/refusals'
import { LONGEST_LANDING } from '../../src/rules/settings'
import type { Place } from '../console'
import { Field, FormError, Input, type Notice } from '../parts'
import { SettingsLayout } from './layout'

export type GeneralProps = {
  values: { name: string; slug: string; timeZone: string; landingAddress: string }
  timeZones: readonly string[]
  /** What the form shows, to be posted along. */
  shown: string
  errors: FieldErrors
  appUrl: string
  now: number
  change: string
}

/** The zones of one region after the other, each by its city. */
const regionsOf = (zones: readonly string[]): [string, string[]][] => [
  ...Map.groupBy(zones, (zone) => (zone.includes('/') ? zone.slice(0, zone.indexOf('/')) : '')),
]

const cityOf = (zone: string): string =>
  zone
    .slice(zone.indexOf('/') + 1)
    .replaceAll('_', ' ')
    .replace('/', ', ')

const TimeZoneField: FC<
  Pick<GeneralProps, 'timeZones' | 'errors' | 'now'> & { value: string; current: string }
> = (props) => {
  const { timeZones, errors, now, value, current } = props
  const zones = timeZones.includes(current) ? timeZones : [current, ...timeZones]
  const option = (zone: string) => (
    <option value={zone} selected={zone === value}>
      {cityOf(zone)}
    </option>
  )
  return (
    <Field
      name="timeZone"
      label="Time zone"
      errors={errors}
      hint={`Days and times in the console, on the accept page and in mails are of this zone. There it is ${exactWords(now, current)}.`}
    >
      {(described) => (
        <select name="timeZone" {...described}>
          {regionsOf(zones).map(([region, of]) =>
            region === '' ? of.map(option) : <optgroup label={region}>{of.map(option)}</optgroup>,
          )}
        </select>
      )}
    </Field>
  )
}

export const GeneralSettingsPage: FC<GeneralProps & { place: Place; notice: Notice | null }> = ({
  place,
  notice,
  values,
  shown,
  errors,
  appUrl,
  change,
  ...zones
}) => {
  const { slug, timeZone } = place.organization
  return (
    <SettingsLayout place={place} title="Settings" current={paths.settings(slug)} notice={notice}>
      <form method="post" action={paths.settings(slug)} class="card settings">
        <input type="hidden" name="change" value={change} />
        <input type="hidden" name="shown" value={shown} />
        <FormError message={errors.form} />
        <Input
          name="name"
          label="Name"
          value={values.name}
          errors={errors}
          autocomplete="off"
          required
          maxlength={MAX_NAME}
          hint="Mails sent from now on carry it; those already out keep the one they have."
        />
        <Field
          name="slug"
          label="Address in the console"
          errors={errors}
          hint={`Lower-case letters, digits and dashes. These pages are at ${appUrl}${paths.home(slug)}. With another address they move there, and links and bookmarks to the old one stop working. Links in mails go on working.`}
        >
          {(described) => (
            <input
              type="text"
              name="slug"
              value={values.slug}
              required
              maxlength={LONGEST_SLUG}
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              {...described}
            />
          )}
        </Field>
        <TimeZoneField value={values.timeZone} current={timeZone} errors={errors} {...zones} />
        <Input
          name="landingAddress"
          label="Where invitees land (optional)"
          value={values.landingAddress}
          errors={errors}
          autocomplete="off"
          maxlength={LONGEST_LANDING}
          hint="After accepting: a path here such as /welcome, or an https address of your product. Empty for the organization’s page. Invitations already out lead where they did when they were sent."
        />
        <p class="foot">
          <button type="submit">Save</button>
        </p>
      </form>
    </SettingsLayout>
  )
}
