import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import {
  ALWAYS_HELD,
  CHOOSABLE_PERMISSIONS,
  can,
  MEANINGS,
  PERMISSIONS,
  type Permission,
  type Role,
} from '../../src/rules/permissions'
import type { FieldErrors } from '../../src/rules/refusals'
import { Console, type Place } from '../console'
import { DialogForm } from '../dialog'
import { Field, FormError, Input } from '../parts'

export type RoleFormProps = {
  slug: string
  inDialog: boolean
  /** Whose form it is: what they do not hold they cannot tick. */
  actor: Role
  /** The one to edit, or null for a new one. */
  id: string | null
  values: { name: string; description: string; permissions: readonly string[] }
  /** What the form shows of the role, so that nobody's change is overwritten unseen. */
  shown: string
  errors: FieldErrors
  limits: { name: number; description: number }
  change: string
}

const whyFixed = (actor: Role, permission: Permission): string | null => {
  if (permission === ALWAYS_HELD) return 'Every role holds it.'
  return can(actor, permission) ? null : 'Your own role does not hold it, so you cannot give it.'
}

const Choice: FC<{ permission: Permission; ticked: boolean; fixed: string | null }> = ({
  permission,
  ticked,
  fixed,
}) => (
  <label>
    <input
      type="checkbox"
      name="permission"
      value={permission}
      checked={ticked}
      disabled={fixed !== null}
      autocomplete="off"
    />
    <span>
      {PERMISSIONS[permission]}
      <small>{MEANINGS[permission]}</small>
      {fixed && <small class="fixed">{fixed}</small>}
    </span>
  </label>
)

const leadOf = ({ id, actor }: RoleFormProps): string => {
  if (id === null) return 'It can hold what your own role holds, and no more.'
  return id === actor.key
    ? 'You hold this role yourself: what you take from it is gone for you as well, at once.'
    : 'Whoever holds it, invitations included, has the new permissions at once.'
}

export const RoleForm: FC<RoleFormProps> = (props) => {
  const { slug, inDialog, actor, id, values, shown, errors, limits, change } = props
  return (
    <DialogForm
      action={id === null ? paths.newRole(slug) : paths.editRole(slug, id)}
      back={paths.roles(slug)}
      inDialog={inDialog}
      title={id === null ? 'New role' : 'Edit role'}
      lead={leadOf(props)}
      change={change}
      submit={id === null ? 'Make role' : 'Save'}
    >
      {id !== null && <input type="hidden" name="shown" value={shown} />}
      <FormError message={errors.form} />
      <Input
        name="name"
        label="Name"
        value={values.name}
        errors={errors}
        autocomplete="off"
        required
        autofocus
        maxlength={limits.name}
      />
      <Field
        name="description"
        label="What it is for (optional)"
        errors={errors}
        hint={`Up to ${limits.description} characters.`}
      >
        {(described) => (
          <textarea name="description" rows={2} maxlength={limits.description} {...described}>
            {values.description}
          </textarea>
        )}
      </Field>
      <fieldset class="choices" aria-describedby={errors.permissions ? 'field-permissions-error' : undefined}>
        <legend>What its holders may do</legend>
        {CHOOSABLE_PERMISSIONS.map((permission) => (
          <Choice
            permission={permission}
            ticked={permission === ALWAYS_HELD || values.permissions.includes(permission)}
            fixed={whyFixed(actor, permission)}
          />
        ))}
        {errors.permissions && (
          <p class="error" id="field-permissions-error">
            {errors.permissions}
          </p>
        )}
      </fieldset>
      {id !== null && (
        <p class="key">
          In the API it is <code>{id}</code>
        </p>
      )}
    </DialogForm>
  )
}

export const RoleFormPage: FC<RoleFormProps & { place: Place }> = ({ place, ...props }) => (
  <Console
    place={place}
    title={props.id === null ? 'New role' : 'Edit role'}
    current={paths.roles(place.organization.slug)}
  >
    <div class="card narrow">
      <RoleForm {...props} />
    </div>
  </Console>
)
