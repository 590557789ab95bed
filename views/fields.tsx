import type { FC } from 'hono/jsx'
import { LANGUAGE_NAMES, LANGUAGES } from '../src/rules/languages'
import type { FieldErrors } from '../src/rules/refusals'
import { Field } from './parts'

// The fields that say as what somebody belongs to an organization; those of invitations and of members alike.

type RoleProps = {
  roles: readonly { key: string; name: string }[]
  value: string
  /** Nothing is preselected until one is chosen. */
  required?: boolean
  errors: FieldErrors
  hint?: string | undefined
}

export const RoleField: FC<RoleProps> = ({ roles, value, required = false, errors, hint }) => (
  <Field name="role" label="Role" errors={errors} hint={hint}>
    {(described) => (
      <select name="role" required={required} {...described}>
        {required && (
          <option value="" selected={value === ''}>
            Choose a role
          </option>
        )}
        {roles.map((role) => (
          <option value={role.key} selected={role.key === value}>
            {role.name}
          </option>
        ))}
      </select>
    )}
  </Field>
)

type DepartmentProps = {
  value: string
  departments: readonly string[]
  maxlength: number
  errors: FieldErrors
  hint?: string
}

/** Free text, with the known ones suggested. */
export const DepartmentField: FC<DepartmentProps> = ({ value, departments, maxlength, errors, hint }) => (
  <Field name="department" label="Department (optional)" errors={errors} hint={hint}>
    {(described) => (
      <>
        <input
          type="text"
          name="department"
          value={value}
          list="departments"
          maxlength={maxlength}
          autocomplete="off"
          {...described}
        />
        <datalist id="departments">
          {departments.map((department) => (
            <option value={department}></option>
          ))}
        </datalist>
      </>
    )}
  </Field>
)

type TeamsProps = {
  teams: readonly { id: string; name: string }[]
  chosen: readonly string[]
  error: string | undefined
}

export const TeamsField: FC<TeamsProps> = ({ teams, chosen, error }) => (
  <fieldset class="teams">
    <legend>Teams (optional)</legend>
    <div>
      {teams.map((team) => (
        <label>
          <input type="checkbox" name="team" value={team.id} checked={chosen.includes(team.id)} /> {team.name}
        </label>
      ))}
    </div>
    {error && <p class="error">{error}</p>}
  </fieldset>
)

type NoteProps = { value: string; maxlength: number; errors: FieldErrors; hint: string }

export const NoteField: FC<NoteProps> = ({ value, maxlength, errors, hint }) => (
  <Field name="note" label="Personal note (optional)" errors={errors} hint={hint}>
    {(described) => (
      <textarea name="note" rows={3} maxlength={maxlength} {...described}>
        {value}
      </textarea>
    )}
  </Field>
)

/** Each by its own name. */
export const LanguageField: FC<{ value: string; errors: FieldErrors; hint?: string }> = (props) => (
  <Field name="language" label="Language" errors={props.errors} hint={props.hint}>
    {(described) => (
      <select name="language" {...described}>
        {LANGUAGES.map((language) => (
          <option value={language} lang={language} selected={language === props.value}>
            {LANGUAGE_NAMES[language]}
          </option>
        ))}
      </select>
    )}
  </Field>
)
