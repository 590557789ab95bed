import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { demotedWords, unansweredWords } from '../../src/rules/inviter'
import type { FieldErrors } from '../../src/rules/refusals'
import { Console, type Place } from '../console'
import { DialogForm } from '../dialog'
import { DepartmentField, RoleField, TeamsField } from '../fields'
import { FormError } from '../parts'

type Terms = { role: string; department: string; teamIds: readonly string[] }

export type MemberFormProps = {
  slug: string
  id: string
  name: string
  /** What it says already, so that only what is changed here is written. */
  shown: Terms
  values: Terms
  /** The roles to choose from; null where one may not give another, such as to oneself. */
  roles: readonly { key: string; name: string }[] | null
  departments: readonly string[]
  teams: readonly { id: string; name: string }[]
  errors: FieldErrors
  maxDepartment: number
  /** Outstanding invitations they sent. */
  sent: number
  change: string
}

const Shown: FC<{ field: string; value: string }> = ({ field, value }) => (
  <input type="hidden" name={`shown-${field}`} value={value} />
)

const Fields: FC<MemberFormProps> = ({
  shown,
  values,
  roles,
  departments,
  teams,
  errors,
  maxDepartment,
  sent,
}) => (
  <>
    <FormError message={errors.form ?? (teams.length === 0 ? errors.team_ids : undefined)} />
    {roles && (
      <>
        <Shown field="role" value={shown.role} />
        <RoleField roles={roles} value={values.role} errors={errors} hint={demotedWords(sent) ?? undefined} />
      </>
    )}
    <Shown field="department" value={shown.department} />
    <DepartmentField
      value={values.department}
      departments={departments}
      maxlength={maxDepartment}
      errors={errors}
    />
    {teams.length > 0 && (
      <>
        <Shown field="teams" value={shown.teamIds.join(' ')} />
        <TeamsField teams={teams} chosen={values.teamIds} error={errors.team_ids} />
      </>
    )}
  </>
)

/** Role, department and teams of a member, in the dialog. */
export const MemberDialog: FC<MemberFormProps> = (props) => (
  <DialogForm
    action={paths.editMember(props.slug, props.id)}
    back={paths.member(props.slug, props.id)}
    inDialog
    title={`Change ${props.name}`}
    lead="It holds from their next request on."
    change={props.change}
    submit="Save"
  >
    <Fields {...props} />
  </DialogForm>
)

/** The same on the member's page. */
export const MemberForm: FC<MemberFormProps> = (props) => (
  <form method="post" action={paths.editMember(props.slug, props.id)}>
    <input type="hidden" name="change" value={props.change} />
    <Fields {...props} />
    <div class="foot">
      <button type="submit">Save</button>
    </div>
  </form>
)

export type RemoveProps = {
  slug: string
  organization: string
  id: string
  name: string
  typedAddress: string
  /** Whether the account belongs to this organization alone and ends with the membership. */
  endsAccount: boolean
  mayDeactivate: boolean
  /** Outstanding invitations they sent. */
  sent: number
  inDialog: boolean
  change: string
}

/** Asks before what is final, and names whom it concerns. */
export const RemoveForm: FC<RemoveProps> = (props) => (
  <DialogForm
    action={paths.removeMember(props.slug, props.id)}
    back={paths.member(props.slug, props.id)}
    inDialog={props.inDialog}
    title={`Remove ${props.name}?`}
    lead={`${props.typedAddress} leaves ${props.organization} at once, for good.`}
    change={props.change}
    submit="Remove"
    danger
  >
    <p class="removal">
      {props.endsAccount
        ? 'Their account belongs to this organization alone and ends with it.'
        : 'They keep their account and their other organizations.'}{' '}
      {unansweredWords(props.sent)} To bring them back, invite them again, as if new.
    </p>
    {props.mayDeactivate && (
      <p class="removal muted">
        To keep their place for them and give it back later, deactivate them instead.
      </p>
    )}
  </DialogForm>
)

export const RemovePage: FC<RemoveProps & { place: Place }> = ({ place, ...props }) => (
  <Console place={place} title={`Remove ${props.name}`} current={paths.members(place.organization.slug)}>
    <div class="card narrow">
      <RemoveForm {...props} />
    </div>
  </Console>
)
