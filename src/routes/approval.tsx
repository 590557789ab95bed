import { Hono } from 'hono'
import { DeclineForm, DeclinePage, type DeclineProps } from '../../views/invitations/decline-approval'
import { approvalDeclinedWords, approvedWords } from '../rules/outcomes'
import { refuse } from '../rules/refusals'
import { approveInvitations, declineApprovals, readDeclinable } from '../usecases/approval'
import { backTo, openerOf } from './back'
import { answerChange } from './invitations'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm, wantsPartial } from './request'

/** As many as a page of the list has. */
const MOST = 100

const requireSome = (ids: readonly string[]): void => {
  if (ids.length === 0) refuse({ code: 'invalid_input', fields: { id: 'Tick at least one invitation.' } })
}

/** `id:version id:version`: what was shown of each. */
const seenIn = (words: string): Map<string, string> =>
  new Map(
    words
      .split(' ')
      .slice(0, MOST)
      .flatMap((word) => {
        const at = word.indexOf(':')
        return at > 0 ? [[word.slice(0, at), word.slice(at + 1)] as const] : []
      }),
  )

/** A row's own button names that row alone; otherwise the ticked ones count. */
const readApproval = async (c: Request) => {
  const form = await readForm(c)
  const one = seenIn(form.text('one'))
  const seen = one.size > 0 ? one : seenIn(form.text('seen'))
  const ids = one.size > 0 ? [...one.keys()] : form.all('id').slice(0, MOST)
  return { ids, seen, change: form.text('change') || mintChange(), from: openerOf(form.text('from')) }
}

export const approval = new Hono<AppEnv>()
  .post('/invitations/approve', async (c) => {
    const { from, ...input } = await readApproval(c)
    requireSome(input.ids)
    const outcomes = await approveInvitations(c.var.org, input)
    return answerChange(c, outcomes, { from, ids: input.ids, notice: 'approved', words: approvedWords })
  })
  .get('/invitations/decline-approval', async (c) => {
    const ids = (c.req.queries('id') ?? []).slice(0, MOST)
    requireSome(ids)
    const targets = await readDeclinable(c.var.org, ids)
    const inDialog = wantsPartial(c)
    const from = openerOf(c.req.query('from'))
    const props: DeclineProps = {
      slug: c.var.org.organization.slug,
      inDialog,
      targets,
      back: backTo(c, from, {}, ids),
      from,
      change: mintChange(),
    }
    return inDialog
      ? c.html(<DeclineForm {...props} />)
      : c.html(<DeclinePage {...props} place={placeOfRequest(c)} />)
  })
  .post('/invitations/decline-approval', async (c) => {
    const form = await readForm(c)
    const ids = form.all('id').slice(0, MOST)
    requireSome(ids)
    const outcomes = await declineApprovals(c.var.org, { ids, change: form.text('change') || mintChange() })
    // The dialog closes, whatever stands in it.
    c.header('HX-Reswap', 'none')
    const from = openerOf(form.text('from'))
    return answerChange(c, outcomes, { from, ids, notice: 'approval-declined', words: approvalDeclinedWords })
  })
