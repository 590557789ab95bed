import { Hono } from 'hono'
import { Part } from '../../views/console'
import { OutcomesPage, waysOf } from '../../views/invitations/outcomes'
import { InvitationList, InvitationsPage, type ListProps } from '../../views/invitations/page'
import { RevokeForm, RevokePage } from '../../views/invitations/revoke'
import { Toast } from '../../views/parts'
import { paths } from '../paths'
import {
  COUNT_LIMIT,
  decodeCursor,
  encodeCursor,
  NEWEST,
  parseSort,
  parseTab,
  placeOf,
  searchOf,
} from '../rules/lists'
import {
  type ChangeOutcome,
  changeReason,
  heldAmong,
  heldWords,
  refusalFor,
  resentWords,
  revokedWords,
  waitingAmong,
  withdrawnWords,
} from '../rules/outcomes'
import { grantableRoles } from '../rules/permissions'
import { refuse } from '../rules/refusals'
import { listInvitations, readRevocable, resendInvitations, revokeInvitations } from '../usecases/invitations'
import { backTo, type Opener, openerOf } from './back'
import { answerToasts } from './done'
import { editing } from './editing'
import { invitation } from './invitation'
import { heldQuery, noticeOf } from './notices'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm, wantsPartial } from './request'
import { sending, withoutAddress } from './sending'
import { confirming, someOf } from './ticked'

const PAGE = 50

const listProps = async (c: Request): Promise<ListProps> => {
  const { org } = c.var
  const { slug } = org.organization
  const sort = parseSort(c.req.query('sort') ?? '') ?? NEWEST
  const tab = parseTab(c.req.query('tab') ?? '') ?? 'outstanding'
  const search = searchOf(c.req.query('q') ?? '')
  const asked = decodeCursor(c.req.query('page') ?? '')
  const query = { tab, sort, search, limit: PAGE }
  const found = await listInvitations(org, { ...query, cursor: asked })
  // Where the rows of the page asked for have left since, it is the first page.
  const cursor = found.rows.length > 0 ? asked : null
  const { rows, more, counts, seats } =
    cursor === asked ? found : await listInvitations(org, { ...query, cursor })
  const url = (page: string | null) =>
    paths.invitations(slug, { tab, sort: `${sort.descending ? '-' : ''}${sort.column}`, q: search, page })
  // What gives a role is for who may give it: the buttons ask the same rule as the change does.
  const roles = grantableRoles(org.actor.role, org.roles)
  const isGrantable = (key: string) => roles.some((role) => role.key === key)
  const [first] = rows
  const last = rows.at(-1)
  const backwards = cursor?.side === 'before'
  const link = (row: typeof last, side: 'after' | 'before', there: boolean) =>
    row && there ? url(encodeCursor(placeOf(row, side))) : null
  return {
    list: { slug, tab, sort: sort.column, descending: sort.descending, search },
    rows: rows.map((row) => ({ ...row, grantable: isGrantable(row.role) })),
    counts,
    countLimit: COUNT_LIMIT,
    seats,
    upgradeUrl: org.settings.seats.upgradeUrl,
    previous: link(first, 'before', backwards ? more : cursor !== null),
    next: link(last, 'after', backwards || more),
    change: mintChange(),
    self: url(cursor && encodeCursor(cursor)),
  }
}

/** A row's own button names that row alone; otherwise the ticked ones count. */
const readIds = async (c: Request) => {
  const form = await readForm(c)
  const only = form.text('only')
  const ids = someOf(only ? [only] : form.all('id'))
  // Only the send form brings addresses along: its offer to resend stays in that form.
  const whileSending = form.all('addresses').length > 0
  const from = openerOf(form.text('from'))
  const withdrawn = form.text('withdrawn') !== ''
  return { ids, change: form.text('change') || mintChange(), from, whileSending, withdrawn }
}

/** Says what became of each: as toasts where htmx asked, else on the list, or on a page that lists what was refused. */
export const answerChange = (
  c: Request,
  outcomes: ChangeOutcome[],
  {
    from,
    ids,
    notice,
    words,
  }: {
    from: Opener
    ids: readonly string[]
    notice: 'resent' | 'revoked' | 'withdrawn' | 'approved' | 'approval-declined'
    words: (n: number, waiting: number) => string
  },
) => {
  const { organization, settings } = c.var.org
  const { slug } = organization
  const { upgradeUrl } = settings.seats
  const refused = outcomes.filter((outcome) => outcome.kind !== 'done')
  const done = outcomes.length - refused.length
  const waiting = waitingAmong(outcomes)
  const held = heldAmong(outcomes)
  const told = `${words(done, waiting)}${heldWords(done, held, organization.timeZone)}`
  const [first] = refused
  if (first && outcomes.length === 1) return refuse(refusalFor(first))
  if (wantsPartial(c)) {
    return answerToasts(
      c,
      <>
        {done > 0 && <Toast notice={{ words: told, variant: waiting > 0 || held ? 'warning' : 'success' }} />}
        {refused.map((outcome) => (
          <Toast
            notice={{
              words: `${'address' in outcome ? outcome.address : 'Invitation'}: ${changeReason(outcome)}`,
              variant: 'warning',
            }}
            ways={waysOf(outcome, slug, upgradeUrl)}
          />
        ))}
      </>,
    )
  }
  if (refused.length === 0)
    return c.redirect(
      backTo(c, from, { notice, n: done, waiting: waiting || null, ...heldQuery(held) }, ids),
      303,
    )
  return c.html(
    <OutcomesPage place={placeOfRequest(c)} words={told} refused={refused} upgradeUrl={upgradeUrl} />,
  )
}

export const invitations = new Hono<AppEnv>()
  .get('/invitations', async (c) => {
    const props = await listProps(c)
    return wantsPartial(c)
      ? c.html(
          <Part place={placeOfRequest(c)}>
            <InvitationList {...props} />
          </Part>,
        )
      : c.html(
          <InvitationsPage
            {...props}
            place={placeOfRequest(c)}
            notice={noticeOf(c.req.query(), c.var.org.organization.timeZone)}
          />,
        )
  })
  .post('/invitations/resend', async (c) => {
    const { ids, change, from, whileSending } = await readIds(c)
    const outcomes = await resendInvitations(c.var.org, { ids, change })
    const [first] = outcomes
    if (whileSending && first?.kind === 'done') return withoutAddress(c, first.address, outcomes)
    return answerChange(c, outcomes, { from, ids, notice: 'resent', words: resentWords })
  })
  .get('/invitations/revoke', async (c) => {
    const props = await confirming(c, (ids) => readRevocable(c.var.org, ids))
    return props.inDialog
      ? c.html(<RevokeForm {...props} />)
      : c.html(<RevokePage {...props} place={placeOfRequest(c)} />)
  })
  .post('/invitations/revoke', async (c) => {
    const { ids, change, from, withdrawn } = await readIds(c)
    const outcomes = await revokeInvitations(c.var.org, { ids, change })
    return answerChange(
      c,
      outcomes,
      withdrawn
        ? { from, ids, notice: 'withdrawn', words: withdrawnWords }
        : { from, ids, notice: 'revoked', words: revokedWords },
    )
  })
  .route('/', sending)
  .route('/', editing)
  .route('/', invitation)
