import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { Terms } from '../../src/rules/editing'
import type { FieldErrors } from '../../src/rules/refusals'
import { Console, type Place } from '../console'
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
  const Heading = inDialog ? 'h2' : 'h1'
  const action = paths.editInvitation(slug, id)
  return (
    <form
      method="post"
      action={action}
      class="edit"
      {...(inDialog && {
        'hx-post': action,
        'hx-target': '#dialog-content',
        'hx-swap': 'innerHTML',
        'hx-sync': 'this:drop',
      })}
    >
      <header>
        <Heading id="dialog-title">Edit invitation</Heading>
        <p>
          For <strong>{props.typedAddress}</strong>.{' '}
          {props.awaiting
            ? 'It awaits approval: whoever saves a change asks for it from then on, and somebody else approves it.'
            : props.expired
              ? 'It has expired: resend it afterwards for a new link.'
              : 'No new mail is sent; the link out there stays and shows the change.'}
        </p>
      </header>
      <div>
        <input type="hidden" name="change" value={props.change} />
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
      </div>
      <footer>
        {inDialog ? (
          <button type="button" class="outline" data-close-dialog>
            Cancel
          </button>
        ) : (
          <a class="button outline" href={props.back}>
            Cancel
          </a>
        )}
        <button type="submit">Save</button>
      </footer>
    </form>
  )
}

export const EditPage: FC<EditFormProps & { place: Place }> = ({ place, ...props }) => (
  <Console place={place} title="Edit invitation" current={paths.invitations(place.organization.slug)}>
    <div class="card narrow">
      <EditForm {...props} />
    </div>
  </Console>
)
