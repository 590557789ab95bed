import { Hono } from 'hono'
import { DeclineForm, DeclinePage } from '../../views/invitations/decline-approval'
import { approvalDeclinedWords, approvedWords } from '../rules/outcomes'
import { approveInvitations, declineApprovals, readDeclinable } from '../usecases/approval'
import { openerOf } from './back'
import { answerChange } from './invitations'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm } from './request'
import { confirming, MOST_TICKED, someOf } from './ticked'

/** `id:version id:version`: what was shown of each. */
const seenIn = (words: string): Map<string, string> =>
  new Map(
    words
      .split(' ')
      .slice(0, MOST_TICKED)
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
  const ids = one.size > 0 ? [...one.keys()] : form.all('id')
  return { ids, seen, change: form.text('change') || mintChange(), from: openerOf(form.text('from')) }
}

export const approval = new Hono<AppEnv>()
  .post('/invitations/approve', async (c) => {
    const { from, ...input } = await readApproval(c)
    const ids = someOf(input.ids)
    const outcomes = await approveInvitations(c.var.org, { ...input, ids })
    return answerChange(c, outcomes, { from, ids, notice: 'approved', words: approvedWords })
  })
  .get('/invitations/decline-approval', async (c) => {
    const props = await confirming(c, (ids) => readDeclinable(c.var.org, ids))
    return props.inDialog
      ? c.html(<DeclineForm {...props} />)
      : c.html(<DeclinePage {...props} place={placeOfRequest(c)} />)
  })
  .post('/invitations/decline-approval', async (c) => {
    const form = await readForm(c)
    const ids = someOf(form.all('id'))
    const outcomes = await declineApprovals(c.var.org, { ids, change: form.text('change') || mintChange() })
    const from = openerOf(form.text('from'))
    return answerChange(c, outcomes, { from, ids, notice: 'approval-declined', words: approvalDeclinedWords })
  })
