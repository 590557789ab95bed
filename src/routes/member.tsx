import { Hono } from 'hono'
import {
  MemberDialog,
  type MemberFormProps,
  RemoveForm,
  RemovePage,
  type RemoveProps,
} from '../../views/members/form'
import { MemberPage } from '../../views/members/member'
import { Toast } from '../../views/parts'
import { paths } from '../paths'
import { scopeOf } from '../rules/acceptance'
import { withEdits } from '../rules/editing'
import { unansweredNowWords } from '../rules/inviter'
import { givableRoles } from '../rules/members'
import { type FieldErrors, Refused, wordsFor } from '../rules/refusals'
import { changeMember, type MemberTerms, memberTerms } from '../usecases/member-edits'
import {
  deactivateMember,
  reactivateMember,
  removeMember,
  type ShownMember,
  showEditableMember,
  showMember,
  showRemovable,
} from '../usecases/members'
import { MAX_DEPARTMENT } from '../usecases/sending'
import { answerDone } from './done'
import { MEANWHILE, readEdits, sideOf } from './editing'
import { noticeOf } from './notices'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm, wantsPartial } from './request'

const nameOf = ({ member: { name, typedAddress } }: ShownMember) => name || typedAddress

type Shown = { shown?: MemberTerms; values?: MemberTerms; errors?: FieldErrors }

const formProps = (c: Request, found: ShownMember, given: Shown = {}): MemberFormProps => {
  const { organization, actor, roles } = c.var.org
  const { member, actions, suggestions } = found
  const now = memberTerms(found)
  const { shown = now, values = now, errors = {} } = given
  const known = suggestions.teams.map(({ id }) => id)
  return {
    slug: organization.slug,
    id: member.userId,
    name: nameOf(found),
    shown,
    values,
    roles: actions.role ? givableRoles(actor.role, roles) : null,
    departments: suggestions.departments,
    teams: [...suggestions.teams, ...member.teams.filter(({ id }) => !known.includes(id))],
    errors,
    maxDepartment: MAX_DEPARTMENT,
    sent: found.sent,
    change: mintChange(),
  }
}

type Status = 200 | 403 | 409 | 422

/** The form in the dialog, or the member's page, where the same form stands for whoever may change them. */
const render = (c: Request, found: ShownMember, given: Shown = {}, status: Status = 200) => {
  const form = formProps(c, found, given)
  const { member, actions } = found
  if (wantsPartial(c) && actions.edit) return c.html(<MemberDialog {...form} />, status)
  const isSelf = member.userId === c.var.org.actor.id
  const props = { member, actions, sent: found.sent, isSelf, form, notice: noticeOf(c.req.query()) }
  return c.html(<MemberPage {...props} place={placeOfRequest(c)} />, status)
}

/** Somebody else was faster: what they wrote is told beside the field, and what was typed stays in it. */
const renderConflict = (
  c: Request,
  edits: ReturnType<typeof readEdits>,
  found: ShownMember,
  conflicts: readonly string[],
) => {
  const { roleName, department } = found.member
  const words: Record<string, string> = { role: roleName, department: department || 'none' }
  const errors: FieldErrors = Object.fromEntries(
    conflicts.map((field) => [field, `Changed meanwhile to: ${words[field]}. ${MEANWHILE}`]),
  )
  if (conflicts.length === 0) errors.form = `Someone else changed this member just now. ${MEANWHILE}`
  return render(c, found, { values: withEdits(edits, { ...memberTerms(found), note: '' }), errors }, 409)
}

/** The form once more as it was posted, with what was wrong. */
const again = async (
  c: Request,
  edits: ReturnType<typeof readEdits>,
  errors: FieldErrors,
  status: 403 | 422,
) => {
  const found = await showEditableMember(c.var.org, c.req.param('id') ?? '')
  const now = { ...memberTerms(found), note: '' }
  return render(
    c,
    found,
    { shown: sideOf(edits, 'from', now), values: sideOf(edits, 'to', now), errors },
    status,
  )
}

/** Says what was done; a deactivation at once offers to undo it. */
const answerEnding = (c: Request, verb: 'deactivated' | 'reactivated', words: string, from: string) => {
  const { slug } = c.var.org.organization
  const id = c.req.param('id') ?? ''
  const notice = `member-${verb}`
  if (!wantsPartial(c))
    return c.redirect(
      `${from === 'member' ? paths.member(slug, id) : paths.members(slug)}?notice=${notice}`,
      303,
    )
  c.header('HX-Trigger', 'list-changed')
  const undo = paths.reactivateMember(slug, id)
  return c.html(
    <hx-partial hx-target="#toasts" hx-swap="beforeend">
      <Toast notice={{ words, variant: 'success' }}>
        {verb === 'deactivated' && (
          <form
            method="post"
            action={undo}
            hx-post={undo}
            hx-target="closest .toast"
            hx-swap="delete"
            hx-sync="this:drop"
          >
            <input type="hidden" name="change" value={mintChange()} />
            <button type="submit" class="outline small">
              Reactivate
            </button>
          </form>
        )}
      </Toast>
    </hx-partial>,
  )
}

const readPress = async (c: Request) => {
  const form = await readForm(c)
  const input = { id: c.req.param('id') ?? '', change: form.text('change') || mintChange() }
  return { input, from: form.text('from') }
}

/** One member: their page, and what is done with them. */
export const member = new Hono<AppEnv>()
  .get('/members/:id', async (c) => render(c, await showMember(c.var.org, c.req.param('id'))))
  .get('/members/:id/edit', async (c) => render(c, await showEditableMember(c.var.org, c.req.param('id'))))
  .post('/members/:id/edit', async (c) => {
    const form = await readForm(c)
    const id = c.req.param('id')
    const edits = readEdits(form)
    try {
      const change = form.text('change') || mintChange()
      const result = await changeMember(c.var.org, { id, edits, change })
      if (result.kind === 'conflict') return renderConflict(c, edits, result.editable, result.conflicts)
      const notice = result.kind === 'changed' ? 'member-changed' : 'unchanged'
      return answerDone(c, notice, paths.member(c.var.org.organization.slug, id))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const { refusal } = error
      if (refusal.code === 'invalid_input') return again(c, edits, refusal.fields, 422)
      if (refusal.code === 'role_not_grantable')
        return again(c, edits, { role: wordsFor(refusal).detail }, 403)
      throw error
    }
  })
  .post('/members/:id/deactivate', async (c) => {
    const { input, from } = await readPress(c)
    const { name, sent } = await deactivateMember(c.var.org, input)
    const left = unansweredNowWords(sent)
    return answerEnding(c, 'deactivated', left ? `${name} deactivated. ${left}` : `${name} deactivated`, from)
  })
  .post('/members/:id/reactivate', async (c) => {
    const { input, from } = await readPress(c)
    const { name } = await reactivateMember(c.var.org, input)
    return answerEnding(c, 'reactivated', `${name} reactivated`, from)
  })
  .get('/members/:id/remove', async (c) => {
    const { member, actions, sent } = await showRemovable(c.var.org, c.req.param('id'))
    const { organization } = c.var.org
    const props: RemoveProps = {
      slug: organization.slug,
      organization: organization.name,
      id: member.userId,
      name: member.name || member.typedAddress,
      typedAddress: member.typedAddress,
      endsAccount: scopeOf(organization) !== 'shared',
      mayDeactivate: actions.deactivate,
      sent,
      inDialog: wantsPartial(c),
      change: mintChange(),
    }
    return props.inDialog
      ? c.html(<RemoveForm {...props} />)
      : c.html(<RemovePage {...props} place={placeOfRequest(c)} />)
  })
  .post('/members/:id/remove', async (c) => {
    const { input } = await readPress(c)
    await removeMember(c.var.org, input)
    return answerDone(c, 'member-removed', paths.members(c.var.org.organization.slug))
  })
