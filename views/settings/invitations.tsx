import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { ClosedLinkSetting } from '../../src/rules/lifecycle'
import type { NameFields, RoleAtSending } from '../../src/rules/names'
import type { FieldErrors } from '../../src/rules/refusals'
import type { LifetimeChoice } from '../../src/rules/settings'
import type { Place } from '../console'
import { Field, FormError, type Notice } from '../parts'
import { Choices, type Option, Tick } from './choices'
import { SettingsLayout } from './layout'
import { LifetimeField } from './lifetime'

export type InvitationSettingsProps = {
  values: Record<
    | 'defaultRole'
    | 'roleAtSending'
    | 'asksDepartment'
    | 'asksTeams'
    | 'nameFields'
    | 'pendingReservesSeat'
    | 'closedLink',
    string
  >
  lifetime: LifetimeChoice
  /** The default role of now, and those it can be changed to. */
  roles: readonly { key: string; name: string }[]
  /** What the form shows, to be posted along. */
  shown: string
  errors: FieldErrors
  change: string
}

const ROLE_AT_SENDING: readonly Option<RoleAtSending>[] = [
  {
    value: 'optional',
    label: 'Optional',
    words: 'The send form offers the roles, with the default one chosen.',
  },
  {
    value: 'required',
    label: 'Required',
    words: 'Nothing is chosen: whoever invites has to choose.',
  },
  {
    value: 'not_offered',
    label: 'Not offered',
    words: 'Everybody is invited with the default role, and neither mail nor accept page mentions it.',
  },
]

const NAME_FIELDS: readonly Option<NameFields>[] = [
  {
    value: 'first_last',
    label: 'First and last name',
    words: 'Two fields; members are listed by their full name.',
  },
  { value: 'single', label: 'One name', words: 'One field, for whatever people call themselves.' },
  { value: 'none', label: 'No name', words: 'Members go by their address.' },
]

const SEATS: readonly Option<'yes' | 'no'>[] = [
  {
    value: 'yes',
    label: 'A pending invitation takes a seat',
    words: 'Who was invited in time finds a seat. An invitation that ends or expires gives it back.',
  },
  {
    value: 'no',
    label: 'Only active members take seats',
    words:
      'While a seat is free any number can be invited. Whoever accepts once the last is taken finds none left.',
  },
]

const CLOSED_LINK: readonly Option<ClosedLinkSetting>[] = [
  {
    value: 'precise',
    label: 'What happened',
    words: 'Expired, revoked, replaced by a newer mail, used or declined.',
  },
  {
    value: 'revoked_as_expired',
    label: 'A revoked one says “Invitation expired”',
    words: 'Nobody learns from the link that they were uninvited. Everything else is said as it is.',
  },
  {
    value: 'invalid',
    label: 'A revoked or replaced one says “Invalid token”',
    words:
      'Nobody learns from the link which organization it was of. The page still points to the newest mail and to whoever invites.',
  },
]

export const InvitationSettingsPage: FC<
  InvitationSettingsProps & { place: Place; notice: Notice | null }
> = ({ place, notice, values, lifetime, roles, shown, errors, change }) => {
  const { slug } = place.organization
  const current = paths.invitationSettings(slug)
  return (
    <SettingsLayout place={place} title="Invitation settings" current={current} notice={notice}>
      <p class="lead">
        What is sent from now on follows these. An invitation already out stays as it was sent, unless it says
        otherwise below.
      </p>
      <form method="post" action={current} class="card settings">
        <input type="hidden" name="change" value={change} />
        <input type="hidden" name="shown" value={shown} />
        <FormError message={errors.form} />
        <LifetimeField chosen={lifetime} errors={errors} />
        <Choices
          name="roleAtSending"
          legend="Role at sending"
          options={ROLE_AT_SENDING}
          value={values.roleAtSending}
          errors={errors}
        >
          <Field
            name="defaultRole"
            label="Default role"
            errors={errors}
            hint="Given where nobody chooses another. It can be one whose permissions you hold yourself."
          >
            {(described) => (
              <select name="defaultRole" {...described}>
                {roles.map((role) => (
                  <option value={role.key} selected={role.key === values.defaultRole}>
                    {role.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </Choices>
        <fieldset class="choices" aria-describedby="asks-hint">
          <legend>The send form asks for</legend>
          <p data-hint id="asks-hint">
            Besides addresses, role and a personal note.
          </p>
          <Tick name="asksDepartment" label="Department" value={values.asksDepartment} />
          <Tick name="asksTeams" label="Teams" value={values.asksTeams} />
        </fieldset>
        <Choices
          name="nameFields"
          legend="The accept page asks for"
          options={NAME_FIELDS}
          value={values.nameFields}
          errors={errors}
        />
        <Choices
          name="pendingReservesSeat"
          legend="Seats"
          hint="Counts at once, for invitations already out too."
          options={SEATS}
          value={values.pendingReservesSeat}
          errors={errors}
        />
        <Choices
          name="closedLink"
          legend="What a closed link says"
          hint="Counts at once, for every link already out."
          options={CLOSED_LINK}
          value={values.closedLink}
          errors={errors}
        />
        <p class="foot">
          <button type="submit">Save</button>
        </p>
      </form>
    </SettingsLayout>
  )
}
