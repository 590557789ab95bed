import { Hono } from 'hono'
import { Part } from '../../views/console'
import { DeleteRoleForm, DeleteRolePage, type DeleteRoleProps } from '../../views/roles/delete'
import { RoleForm, RoleFormPage, type RoleFormProps } from '../../views/roles/form'
import { RoleList, RolesPage } from '../../views/roles/page'
import { paths } from '../paths'
import { MAX_NAME } from '../rules/names'
import { type Role, successorsOf } from '../rules/permissions'
import { type FieldErrors, Refused, wordsFor } from '../rules/refusals'
import {
  createRole,
  deleteRole,
  editRole,
  listRoles,
  MAX_DESCRIPTION,
  mayMakeRole,
  type RoleInput,
  showDeletableRole,
  showEditableRole,
  shownOf,
} from '../usecases/roles'
import { answerDone } from './done'
import { noticeOf } from './notices'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm, wantsPartial } from './request'

type Status = 200 | 403 | 409 | 422
type Shown = { role: Role | null; values: RoleFormProps['values']; errors?: FieldErrors }

const NEW: Shown = { role: null, values: { name: '', description: '', permissions: [] } }

const render = (c: Request, { role, values, errors = {} }: Shown, status: Status = 200) => {
  const { organization, actor } = c.var.org
  const props: RoleFormProps = {
    slug: organization.slug,
    inDialog: wantsPartial(c),
    actor: actor.role,
    id: role?.key ?? null,
    values,
    shown: role ? shownOf(role) : '',
    errors,
    limits: { name: MAX_NAME, description: MAX_DESCRIPTION },
    change: mintChange(),
  }
  return props.inDialog
    ? c.html(<RoleForm {...props} />, status)
    : c.html(<RoleFormPage {...props} place={placeOfRequest(c)} />, status)
}

/** What stands in the form for a refusal that its reader can do something about; null for the others. */
const errorsOf = (error: unknown, field: string): { errors: FieldErrors; status: Status } | null => {
  if (!(error instanceof Refused)) return null
  const { refusal } = error
  if (refusal.code === 'invalid_input') return { errors: refusal.fields, status: 422 }
  if (refusal.code === 'role_beyond_own' || refusal.code === 'role_not_grantable')
    return { errors: { [field]: wordsFor(refusal).detail }, status: 403 }
  return null
}

const rolesPath = (c: Request) => paths.roles(c.var.org.organization.slug)

const readInput = async (c: Request): Promise<RoleInput & { shown: string }> => {
  const form = await readForm(c)
  return {
    name: form.text('name'),
    description: form.text('description'),
    permissions: form.all('permission').slice(0, 100),
    shown: form.text('shown'),
    change: form.text('change') || mintChange(),
  }
}

const MEANWHILE = 'Somebody else changed this role just now. This is what it is; change it again.'

/** A role changed meanwhile is shown as it is now; anything else wrong, as it was posted. */
const editAgain = (c: Request, id: string, values: RoleInput, error: unknown) => {
  const isLate = error instanceof Refused && error.refusal.code === 'changed_meanwhile'
  const wrong = errorsOf(error, 'permissions')
  if (!isLate && !wrong) throw error
  const role = showEditableRole(c.var.org, id)
  return wrong
    ? render(c, { role, values, errors: wrong.errors }, wrong.status)
    : render(c, { role, values: role, errors: { form: MEANWHILE } }, 409)
}

const renderDeletion = async (
  c: Request,
  id: string,
  value = '',
  errors: FieldErrors = {},
  status: Status = 200,
) => {
  const { organization, actor, roles } = c.var.org
  const { role, holders } = await showDeletableRole(c.var.org, id)
  const isHeld = holders.members + holders.invitations + holders.apiKeys > 0 || holders.isDefault
  const props: DeleteRoleProps = {
    slug: organization.slug,
    inDialog: wantsPartial(c),
    role,
    isOwn: actor.role.key === role.key,
    holders,
    successors: isHeld ? successorsOf(actor.role, role, roles, holders.apiKeys > 0) : [],
    value,
    errors,
    change: mintChange(),
  }
  return props.inDialog
    ? c.html(<DeleteRoleForm {...props} />, status)
    : c.html(<DeleteRolePage {...props} place={placeOfRequest(c)} />, status)
}

export const roles = new Hono<AppEnv>()
  .get('/roles', async (c) => {
    const props = { place: placeOfRequest(c), roles: await listRoles(c.var.org) }
    return wantsPartial(c)
      ? c.html(
          <Part place={props.place}>
            <RoleList {...props} />
          </Part>,
        )
      : c.html(<RolesPage {...props} notice={noticeOf(c.req.query())} />)
  })
  .get('/roles/new', (c) => {
    mayMakeRole(c.var.org)
    return render(c, NEW)
  })
  .post('/roles/new', async (c) => {
    const input = await readInput(c)
    try {
      await createRole(c.var.org, input)
      return answerDone(c, 'role-created', rolesPath(c))
    } catch (error) {
      const wrong = errorsOf(error, 'permissions')
      if (!wrong) throw error
      return render(c, { role: null, values: input, errors: wrong.errors }, wrong.status)
    }
  })
  .get('/roles/:id/edit', (c) => {
    const role = showEditableRole(c.var.org, c.req.param('id'))
    return render(c, { role, values: role })
  })
  .post('/roles/:id/edit', async (c) => {
    const id = c.req.param('id')
    const input = await readInput(c)
    try {
      await editRole(c.var.org, { id, ...input })
      return answerDone(c, 'role-changed', rolesPath(c))
    } catch (error) {
      return editAgain(c, id, input, error)
    }
  })
  .get('/roles/:id/delete', (c) => renderDeletion(c, c.req.param('id')))
  .post('/roles/:id/delete', async (c) => {
    const id = c.req.param('id')
    const form = await readForm(c)
    const successor = form.text('successor')
    try {
      await deleteRole(c.var.org, { id, successor, change: form.text('change') || mintChange() })
      return answerDone(c, 'role-deleted', rolesPath(c))
    } catch (error) {
      const wrong = errorsOf(error, 'successor')
      if (!wrong) throw error
      return renderDeletion(c, id, successor, wrong.errors, wrong.status)
    }
  })
