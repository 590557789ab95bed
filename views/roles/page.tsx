import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { countWords } from '../../src/rules/lists'
import {
  can,
  MEANINGS,
  mayEditRole,
  PERMISSIONS,
  type Permission,
  permissionsAmong,
  type Role,
} from '../../src/rules/permissions'
import { Console, type Place } from '../console'
import { DialogLink } from '../dialog'
import { Badge, type Notice } from '../parts'

/** A role and how many hold it. */
export type HeldRole = Role & { members: number; invitations: number }

type Props = { place: Place; roles: readonly HeldRole[] }

const ALL = permissionsAmong(Object.keys(PERMISSIONS))

const NewRole: FC<{ slug: string }> = ({ slug }) => (
  <DialogLink class="button" href={paths.newRole(slug)}>
    New role
  </DialogLink>
)

const Actions: FC<{ role: HeldRole; place: Place }> = ({ role, place: { organization, actor } }) =>
  mayEditRole(actor.role, role) ? (
    <>
      <DialogLink
        class="button outline small"
        href={paths.editRole(organization.slug, role.key)}
        label={`Edit ${role.name}`}
      >
        Edit
      </DialogLink>
      <DialogLink
        class="button ghost small"
        danger
        href={paths.deleteRole(organization.slug, role.key)}
        label={`Delete ${role.name}`}
      >
        Delete
      </DialogLink>
    </>
  ) : null

const Mark: FC<{ held: boolean }> = ({ held }) => (
  <>
    <span class={held ? 'held' : 'not-held'} aria-hidden="true">
      {held ? '✓' : '–'}
    </span>
    <span class="visually-hidden">{held ? 'Yes' : 'No'}</span>
  </>
)

const PermissionRow: FC<{ permission: Permission; roles: readonly HeldRole[] }> = ({ permission, roles }) => (
  <tr>
    <th scope="row">
      {PERMISSIONS[permission]}
      <small>{MEANINGS[permission]}</small>
    </th>
    {roles.map((role) => (
      <td>
        <Mark held={can(role, permission)} />
      </td>
    ))}
  </tr>
)

/** Permissions as rows, roles as columns: where there is room for it. */
const Matrix: FC<Props> = ({ place, roles }) => {
  const own = roles.filter((role) => !role.builtIn)
  return (
    <section class="table matrix" aria-label="What each role may do" tabindex={0}>
      <table>
        <thead>
          {own.length > 0 && (
            <tr>
              <td></td>
              <th scope="colgroup" colspan={roles.length - own.length}>
                Built in
              </th>
              <th scope="colgroup" colspan={own.length}>
                Your own
              </th>
            </tr>
          )}
          <tr>
            <th scope="col">Permission</th>
            {roles.map((role) => (
              <th scope="col">{role.name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ALL.map((permission) => (
            <PermissionRow permission={permission} roles={roles} />
          ))}
        </tbody>
        <tbody>
          <tr>
            <th scope="row">What it is for</th>
            {roles.map((role) => (
              <td class="description">{role.description}</td>
            ))}
          </tr>
          <tr>
            <th scope="row">Held by</th>
            {roles.map((role) => (
              <td>
                <Held role={role} place={place} />
              </td>
            ))}
          </tr>
          {roles.some((role) => mayEditRole(place.actor.role, role)) && (
            <tr>
              <th scope="row">Change</th>
              {roles.map((role) => (
                <td class="change">
                  <Actions role={role} place={place} />
                </td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </section>
  )
}

/** How many hold a role; who may see the members gets to those. */
const Held: FC<{ role: HeldRole; place: Place }> = ({ role, place: { organization, actor } }) => {
  const members = countWords(role.members, 'member')
  const href = paths.members(organization.slug, { role: role.key })
  return (
    <ul class="held-by">
      <li>
        {role.members > 0 && can(actor.role, 'member:read') ? (
          <a href={href} aria-label={`${members} with the role ${role.name}`}>
            {members}
          </a>
        ) : (
          members
        )}
      </li>
      {role.invitations > 0 && <li>{countWords(role.invitations, 'outstanding invitation')}</li>}
    </ul>
  )
}

/** The same a role at a time, where there is no room for the matrix. */
const Cards: FC<Props> = ({ place, roles }) => (
  <div class="cards roles">
    {roles.map((role) => (
      <article class="card">
        <h2>
          {role.name} {role.builtIn && <Badge variant="secondary">Built in</Badge>}
        </h2>
        {role.description && <p>{role.description}</p>}
        <Held role={role} place={place} />
        <ul class="ticks" aria-label={`What ${role.name} may do`}>
          {ALL.filter((permission) => can(role, permission)).map((permission) => (
            <li>{PERMISSIONS[permission]}</li>
          ))}
        </ul>
        {mayEditRole(place.actor.role, role) && (
          <footer>
            <Actions role={role} place={place} />
          </footer>
        )}
      </article>
    ))}
  </div>
)

/** The part of the page that changes. */
export const RoleList: FC<Props> = ({ place, roles }) => (
  <section
    id="roles"
    data-list
    aria-label="Roles"
    tabindex={-1}
    hx-get={paths.roles(place.organization.slug)}
    hx-trigger="list-changed from:document"
    hx-target="this"
    hx-sync="this:drop"
  >
    <Matrix place={place} roles={roles} />
    <Cards place={place} roles={roles} />
  </section>
)

export const RolesPage: FC<Props & { notice: Notice | null }> = ({ place, notice, roles }) => {
  const { slug } = place.organization
  return (
    <Console place={place} title="Roles" current={paths.roles(slug)} notice={notice}>
      <header class="page">
        <h1>Roles</h1>
        {can(place.actor.role, 'role:manage') && <NewRole slug={slug} />}
      </header>
      <p class="lead">
        A role is what its holders may do. Nobody can give, edit or delete one that holds more than their own.
      </p>
      <RoleList place={place} roles={roles} />
    </Console>
  )
}
