import type { FC } from 'hono/jsx'
import { paths } from '../src/paths'
import { roleName } from '../src/rules/permissions'
import type { FieldErrors } from '../src/rules/refusals'
import type { Place } from './console'
import { Badge, Field, Input, type Notice, When } from './parts'
import { SettingsLayout } from './settings/layout'

type Key = {
  id: string
  name: string
  role: string
  access: 'read' | 'write'
  hint: string
  creatorName: string
  createdAt: number
  revokedAt: number | null
}

type Props = {
  place: Place
  keys: Key[]
  roles: { key: string; name: string }[]
  values: { name: string; role: string; access: string }
  errors: FieldErrors
  /** The key just made; shown this once. */
  made: { name: string; key: string } | null
  notice: Notice | null
  change: string
}

const Made: FC<{ made: { name: string; key: string } }> = ({ made }) => (
  <section class="card made" aria-labelledby="made">
    <h2 id="made">Copy the key of “{made.name}” now</h2>
    <p>It is shown this once; only its hash is stored.</p>
    <p class="copy">
      <input type="text" id="made-key" readonly value={made.key} aria-label="API key" data-select-all />
      <button type="button" class="outline scripted" data-copy="made-key">
        Copy
      </button>
    </p>
  </section>
)

const KeyRow: FC<{ row: Key; slug: string; change: string }> = ({ row, slug, change }) => (
  <tr>
    <th scope="row">{row.name}</th>
    <td data-label="Key">
      <code>usher_…{row.hint}</code>
    </td>
    <td data-label="Acts as">{roleName(row.role)}</td>
    <td data-label="Access">{row.access === 'write' ? 'Read and write' : 'Read only'}</td>
    <td data-label="Made">
      <When at={row.createdAt} also={`by ${row.creatorName}`} />
    </td>
    <td class="actions">
      {row.revokedAt === null ? (
        <form method="post" action={paths.revokeApiKey(slug)}>
          <input type="hidden" name="change" value={change} />
          <button
            type="submit"
            class="outline small"
            data-variant="danger"
            name="id"
            value={row.id}
            aria-label={`Revoke ${row.name}`}
          >
            Revoke
          </button>
        </form>
      ) : (
        <Badge variant="secondary">Revoked</Badge>
      )}
    </td>
  </tr>
)

export const ApiKeysPage: FC<Props> = ({ place, keys, roles, values, errors, made, notice, change }) => {
  const { slug } = place.organization
  return (
    <SettingsLayout place={place} title="API keys" current={paths.apiKeys(slug)} notice={notice}>
      <p class="lead">
        A key lets your product send, watch, resend and revoke invitations under{' '}
        <code>{paths.api.invitations}</code>.
      </p>
      {made && <Made made={made} />}
      <form method="post" action={paths.apiKeys(slug)} class="card inline">
        <input type="hidden" name="change" value={change} />
        <Input
          name="name"
          label="Name"
          value={values.name}
          errors={errors}
          autocomplete="off"
          required
          maxlength={100}
          hint="The product that will use it"
        />
        <Field name="role" label="Acts as" errors={errors} hint="It may invite with this role at most.">
          {(described) => (
            <select name="role" {...described}>
              {roles.map((role) => (
                <option value={role.key} selected={role.key === values.role}>
                  {role.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field name="access" label="Access" errors={errors}>
          {(described) => (
            <select name="access" {...described}>
              <option value="write" selected={values.access !== 'read'}>
                Read and write
              </option>
              <option value="read" selected={values.access === 'read'}>
                Read only
              </option>
            </select>
          )}
        </Field>
        <button type="submit">Make key</button>
      </form>
      {keys.length > 0 ? (
        <div class="table">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Key</th>
                <th scope="col">Acts as</th>
                <th scope="col">Access</th>
                <th scope="col">Made</th>
                <td>
                  <span class="visually-hidden">Actions</span>
                </td>
              </tr>
            </thead>
            <tbody>
              {keys.map((row) => (
                <KeyRow row={row} slug={slug} change={change} />
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <div class="empty">
          <p>No key yet. Make one to call Usher from your product.</p>
        </div>
      )}
    </SettingsLayout>
  )
}
