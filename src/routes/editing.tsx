import { Hono } from 'hono'
import { EditForm, type EditFormProps, EditPage } from '../../views/invitations/edit'
import { type Edit, type Edits, type Terms, withEdits } from '../rules/editing'
import { grantableRoles } from '../rules/permissions'
import { type FieldErrors, Refused, wordsFor } from '../rules/refusals'
import { type Editable, type Edited, editInvitation, showEditable, termsOf } from '../usecases/editing'
import { MAX_DEPARTMENT, MAX_NOTE } from '../usecases/sending'
import { backTo, type Opener, openerOf } from './back'
import { answerDone } from './done'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm, wantsPartial } from './request'

type Shown = { editable: Editable; from: Opener; shown?: Terms; values?: Terms; errors?: FieldErrors }

const formProps = (c: Request, { editable, from, errors = {}, ...given }: Shown): EditFormProps => {
  const { organization, actor, roles } = c.var.org
  const { invitation, roleShown, mailWaits, suggestions } = editable
  const now = termsOf(editable)
  const { shown = now, values = now } = given
  const known = suggestions.teams.map(({ id }) => id)
  const teams = [...suggestions.teams, ...invitation.teams.filter(({ id }) => !known.includes(id))]
  return {
    slug: organization.slug,
    inDialog: wantsPartial(c),
    id: invitation.id,
    typedAddress: invitation.typedAddress,
    expired: invitation.status === 'expired',
    awaiting: invitation.status === 'awaiting_approval',
    shown,
    values,
    roles: organization.roleAtSending === 'not_offered' ? null : grantableRoles(actor.role, roles),
    roleShown,
    asksDepartment: organization.asksDepartment || now.department !== '' || values.department !== '',
    departments: suggestions.departments,
    teams: organization.asksTeams || now.teamIds.length > 0 ? teams : [],
    mailWaits,
    errors,
    limits: { note: MAX_NOTE, department: MAX_DEPARTMENT },
    from,
    back: backTo(c, from, {}, [invitation.id]),
    change: mintChange(),
  }
}

const render = (c: Request, shown: Shown, status: 200 | 403 | 409 | 422 = 200) => {
  const props = formProps(c, shown)
  return props.inDialog
    ? c.html(<EditForm {...props} />, status)
    : c.html(<EditPage {...props} place={placeOfRequest(c)} />, status)
}

type Form = Awaited<ReturnType<typeof readForm>>

/** A field of the form and what it showed before; a form without it leaves it alone. */
const editOf = (form: Form, field: 'role' | 'department' | 'note'): Edit<string> | undefined => {
  const [from] = form.all(`shown-${field}`)
  const [to] = form.all(field)
  return to === undefined ? undefined : { from, to }
}

const teamsOf = (form: Form): Edit<string[]> | undefined => {
  const [from] = form.all('shown-teams')
  const to = form.all('team').slice(0, 300)
  if (from === undefined && to.length === 0) return undefined
  return { from: from?.split(' ').filter(Boolean), to }
}

/** What a form changes of role, department, teams and note, and what it showed before. */
export const readEdits = (form: Form): Edits => ({
  role: editOf(form, 'role'),
  department: editOf(form, 'department'),
  note: editOf(form, 'note'),
  teamIds: teamsOf(form),
})

/** One side of what was posted; a field that was not is as it is now. */
export const sideOf = (edits: Edits, side: 'from' | 'to', now: Terms): Terms => ({
  role: edits.role?.[side] ?? now.role,
  department: edits.department?.[side] ?? now.department,
  note: edits.note?.[side] ?? now.note,
  teamIds: edits.teamIds?.[side] ?? now.teamIds,
})

/** The form once more as it was posted, with what was wrong. */
const again = async (
  c: Request,
  { id, edits, from }: { id: string; edits: Edits; from: Opener },
  errors: FieldErrors,
  status: 403 | 422,
) => {
  const editable = await showEditable(c.var.org, id)
  const now = termsOf(editable)
  const sides = { shown: sideOf(edits, 'from', now), values: sideOf(edits, 'to', now) }
  return render(c, { editable, from, ...sides, errors }, status)
}

export const MEANWHILE = 'Save again to have it your way.'

/** Somebody else was faster: what they wrote is told beside the field, and what was typed stays in it. */
const renderChanged = (
  c: Request,
  edits: Edits,
  from: Opener,
  { editable, conflicts }: Edited & { kind: 'changed' },
) => {
  const { invitation } = editable
  const words = {
    role: invitation.roleName,
    department: invitation.department || 'none',
    note: invitation.note || 'none',
  }
  const errors: FieldErrors = Object.fromEntries(
    conflicts.map((field) => [field, `Changed meanwhile to: ${words[field]}. ${MEANWHILE}`]),
  )
  if (conflicts.length === 0) errors.form = `Someone else changed this invitation just now. ${MEANWHILE}`
  return render(c, { editable, from, values: withEdits(edits, termsOf(editable)), errors }, 409)
}

export const editing = new Hono<AppEnv>()
  .get('/invitations/:id/edit', async (c) =>
    render(c, {
      editable: await showEditable(c.var.org, c.req.param('id')),
      from: openerOf(c.req.query('from')),
    }),
  )
  .post('/invitations/:id/edit', async (c) => {
    const form = await readForm(c)
    const id = c.req.param('id')
    const edits = readEdits(form)
    const from = openerOf(form.text('from'))
    try {
      const result = await editInvitation(c.var.org, {
        id,
        edits,
        change: form.text('change') || mintChange(),
      })
      if (result.kind === 'changed') return renderChanged(c, edits, from, result)
      return answerDone(c, result.kind, backTo(c, from, {}, [id]))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const { refusal } = error
      if (refusal.code === 'invalid_input') return again(c, { id, edits, from }, refusal.fields, 422)
      if (refusal.code === 'approval_needed' || refusal.code === 'policy_denied') {
        const { detail, remedy } = wordsFor(refusal)
        return again(c, { id, edits, from }, { role: `${detail} ${remedy}` }, 422)
      }
      if (refusal.code === 'role_not_grantable')
        return again(c, { id, edits, from }, { role: wordsFor(refusal).detail }, 403)
      throw error
    }
  })
