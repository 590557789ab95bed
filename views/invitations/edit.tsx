import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { Terms } from '../../src/rules/editing'
import type { FieldErrors } from '../../src/rules/refusals'
import { Console, type Place } from '../console'
import { DialogForm } from '../dialog'
import { DepartmentField, NoteField, RoleField, TeamsField } from '../fields'
import { FormError } from '../parts'

export type EditFormProps = {
  slug: string
  /** Opens in the dialog of the console, or stands on its own page. */
  inDialog: boolean
  id: string
  typedAddress: string
  expired: boolean
  awaiting: boolean
  /** What the invitation says already, so that only what is changed here is written. */
  shown: Terms
  values: Terms
  /** The roles to choose from; null where the organization offers none. */
  roles: readonly { key: string; name: string }[] | null
  roleShown: boolean
  asksDepartment: boolean
  departments: readonly string[]
  /** Empty where the form shows no teams. */
  teams: readonly { id: string; name: string }[]
  mailWaits: boolean
  errors: FieldErrors
  limits: { note: number; department: number }
  /** The page it was opened from, and its word. */
  back: string
  from: string
  change: string
}

const Shown: FC<{ field: string; value: string }> = ({ field, value }) => (
  <input type="hidden" name={`shown-${field}`} value={value} />
)

export const EditForm: FC<EditFormProps> = (props) => {
  const { slug, id, inDialog, shown, values, errors, limits, roles, teams } = props
  return (
    <DialogForm
      action={paths.editInvitation(slug, id)}
      back={props.back}
      inDialog={inDialog}
      class="edit"
      title="Edit invitation"
      lead={
        <>
          For <strong>{props.typedAddress}</strong>.{' '}
          {props.awaiting
            ? 'It awaits approval: whoever saves a change asks for it from then on, and somebody else approves it.'
            : props.expired
              ? 'It has expired: resend it afterwards for a new link.'
              : 'No new mail is sent; the link out there stays and shows the change.'}
        </>
      }
      change={props.change}
      submit="Save"
    >
      <input type="hidden" name="from" value={props.from} />
      <FormError message={errors.form ?? (teams.length === 0 ? errors.team_ids : undefined)} />
      {roles && (
        <>
          <Shown field="role" value={shown.role} />
          <RoleField
            roles={roles}
            value={values.role}
            errors={errors}
            hint={props.roleShown ? undefined : 'Mail and link do not mention it, as when it was sent.'}
          />
        </>
      )}
      {props.asksDepartment && (
        <>
          <Shown field="department" value={shown.department} />
          <DepartmentField
            value={values.department}
            departments={props.departments}
            maxlength={limits.department}
            errors={errors}
          />
        </>
      )}
      {teams.length > 0 && (
        <>
          <Shown field="teams" value={shown.teamIds.join(' ')} />
          <TeamsField teams={teams} chosen={values.teamIds} error={errors.team_ids} />
        </>
      )}
      <Shown field="note" value={shown.note} />
      <NoteField
        value={values.note}
        maxlength={limits.note}
        errors={errors}
        hint={`Up to ${limits.note} characters. ${
          props.awaiting || props.mailWaits
            ? 'The mail has not left yet and will say it.'
            : 'Shown in the next mail, if you resend.'
        }`}
      />
    </DialogForm>
  )
}

export const EditPage: FC<EditFormProps & { place: Place }> = ({ place, ...props }) => (
  <Console place={place} title="Edit invitation" current={paths.invitations(place.organization.slug)}>
    <div class="card narrow">
      <EditForm {...props} />
    </div>
  </Console>
)
