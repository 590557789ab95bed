import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { Role } from '../../src/rules/permissions'
import type { FieldErrors } from '../../src/rules/refusals'
import { Console, type Place } from '../console'
import { DialogForm } from '../dialog'
import { Field, FormError } from '../parts'

type Holders = { members: number; invitations: number; apiKeys: number; isDefault: boolean }

export type DeleteRoleProps = {
  slug: string
  inDialog: boolean
  role: Role
  /** Whether it is the role of whoever deletes it. */
  isOwn: boolean
  holders: Holders
  /** Who can take over; none where nobody holds the role, or where no role suits. */
  successors: readonly Role[]
  value: string
  errors: FieldErrors
  change: string
}

const several = (n: number, one: string) => (n === 0 ? [] : [`${n} ${n === 1 ? one : `${one}s`}`])

const joined = (parts: readonly string[]) =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

/** Who holds the role, in a sentence; null for nobody. */
const heldWords = ({ members, invitations, apiKeys, isDefault }: Holders): string | null => {
  const parts = [
    ...several(members, 'member'),
    ...several(invitations, 'outstanding invitation'),
    ...several(apiKeys, 'API key'),
  ]
  const holds = members + invitations + apiKeys === 1 ? 'holds it' : 'hold it'
  if (parts.length === 0) return isDefault ? 'It is the organization’s default role.' : null
  return `${joined(parts)} ${holds}${isDefault ? ', and it is the organization’s default role' : ''}.`
}

const Successor: FC<DeleteRoleProps> = ({ successors, value, errors, holders, isOwn }) => (
  <Field
    name="successor"
    label="Which role takes over"
    errors={errors}
    hint={[
      holders.apiKeys > 0 ? 'An API key needs one that may manage members.' : '',
      isOwn ? 'You hold this role yourself, so it becomes yours.' : '',
    ]
      .filter(Boolean)
      .join(' ')}
  >
    {(described) => (
      <select name="successor" required autofocus {...described}>
        <option value="" selected={value === ''}>
          Choose a role
        </option>
        {successors.map((role) => (
          <option value={role.key} selected={role.key === value}>
            {role.name}
          </option>
        ))}
      </select>
    )}
  </Field>
)

export const DeleteRoleForm: FC<DeleteRoleProps> = (props) => {
  const { slug, inDialog, role, holders, successors, errors, change } = props
  const held = heldWords(holders)
  const isStuck = held !== null && successors.length === 0
  return (
    <DialogForm
      action={paths.deleteRole(slug, role.key)}
      back={paths.roles(slug)}
      inDialog={inDialog}
      title={`Delete the role ${role.name}?`}
      lead={held === null ? 'Nobody holds it. This is final.' : `${held} They get another one at once.`}
      change={change}
      submit={isStuck ? null : 'Delete role'}
      danger
    >
      <FormError message={errors.form ?? (held === null ? errors.successor : undefined)} />
      {isStuck && (
        <p>
          An API key acts with this role, and no other role that you may give may manage members. Revoke the
          key first.
        </p>
      )}
      {held !== null && !isStuck && <Successor {...props} />}
    </DialogForm>
  )
}

export const DeleteRolePage: FC<DeleteRoleProps & { place: Place }> = ({ place, ...props }) => (
  <Console place={place} title="Delete role" current={paths.roles(place.organization.slug)}>
    <div class="card narrow">
      <DeleteRoleForm {...props} />
    </div>
  </Console>
)
