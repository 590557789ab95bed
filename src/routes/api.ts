import { Hono, type Context as HonoContext } from 'hono'
import { createMiddleware } from 'hono/factory'
import * as z from 'zod'
import { paths } from '../paths'
import { parseAddress } from '../rules/addresses'
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
  awaitingAmong,
  type ChangeOutcome,
  refusalFor,
  type SendOutcome,
  sendReason,
} from '../rules/outcomes'
import { type FieldErrors, refuse } from '../rules/refusals'
import { enterByApiKey } from '../usecases/access'
import { approveInvitations, declineApprovals } from '../usecases/approval'
import { editInvitation } from '../usecases/editing'
import {
  type Invitation,
  type InvitationWithTeams,
  listInvitations,
  resendInvitations,
  revokeInvitations,
  showInvitation,
} from '../usecases/invitations'
import { sendInvitations } from '../usecases/sending'
import { type AppEnv, mintChange } from './request'

type ApiRequest = HonoContext<AppEnv>

/** Keys only: a session's cookie never opens the API. */
const authenticate = createMiddleware<AppEnv>(async (c, next) => {
  const [, key = null] = /^Bearer (\S+)$/i.exec(c.req.header('Authorization') ?? '') ?? []
  c.set('org', await enterByApiKey(c.var.ctx, key))
  await next()
})

const CREATE = z.strictObject({
  addresses: z
    .array(z.string('must be text'), 'must be a list of addresses')
    .min(1, 'must name at least one address'),
  role: z.string('must be the key of a role').max(100, 'is too long').default(''),
  department: z.string('must be text').max(1000, 'is too long').default(''),
  note: z.string('must be text').max(10_000, 'is too long').default(''),
  language: z.string('must be the tag of a language').max(100, 'is too long').default(''),
  team_ids: z
    .array(z.string('must be an id').max(100, 'is too long'), 'must be a list of ids')
    .max(200, 'has too many entries')
    .default([]),
})

const CHANGE = z.strictObject({
  role: z.string('must be the key of a role').max(100, 'is too long').optional(),
  department: z.string('must be text').max(1000, 'is too long').nullish(),
  note: z.string('must be text').max(10_000, 'is too long').nullish(),
  team_ids: z
    .array(z.string('must be an id').max(100, 'is too long'), 'must be a list of ids')
    .max(200, 'has too many entries')
    .optional(),
})

/** A field that is left out stays; null empties it. */
const editTo = <T>(value: T | null | undefined, empty: T) =>
  value === undefined ? undefined : { to: value ?? empty }

const readJson = async <T>(c: ApiRequest, schema: z.ZodType<T>): Promise<T> => {
  if (!/^application\/json\b/i.test(c.req.header('Content-Type') ?? '')) {
    refuse({ code: 'unsupported_media_type', expected: 'application/json' })
  }
  const body: unknown = await c.req
    .json()
    .catch(() => refuse({ code: 'invalid_input', fields: { body: 'The body is no JSON.' } }))
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const fields: FieldErrors = {}
  for (const issue of parsed.error.issues) {
    const field = issue.path.join('.') || 'body'
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys) fields[key] = `There is no field ${key}.`
    else fields[field] ??= field === 'body' ? 'The body must be an object.' : `${field} ${issue.message}.`
  }
  return refuse({ code: 'invalid_input', fields })
}

const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** It has no mail, and no lifetime yet. */
const awaits = ({ status }: Invitation): boolean => status === 'awaiting_approval'

const invitationJson = (row: Invitation) => ({
  id: row.id,
  address: row.typedAddress,
  role: row.role,
  role_name: row.roleName,
  department: row.department || null,
  note: row.note || null,
  language: row.language,
  status: row.status,
  mail: awaits(row)
    ? null
    : {
        state: row.mailState,
        reason: row.mailReason,
        bounce: row.mailBounce,
        waits_until: timeOf(row.mailWaitsUntil),
      },
  invited_by: row.inviterName,
  inviter_lost: row.inviterLoss || null,
  first_sent_at: new Date(row.firstSentAt).toISOString(),
  sent_at: new Date(row.sentAt).toISOString(),
  expires_at: awaits(row) ? null : timeOf(row.expiresAt),
  ...(row.approvalReason !== null && {
    approval: {
      reason: row.approvalReason,
      approved_by: row.approverName,
      approved_at: timeOf(row.approvedAt),
    },
  }),
  opened_at: timeOf(row.openedAt),
  ended_at: timeOf(row.endedAt),
  member_id: row.acceptedBy,
})

/** One invitation read alone. */
const wholeJson = ({ teams, ...row }: InvitationWithTeams) => ({
  ...invitationJson(row),
  team_ids: teams.map(({ id }) => id),
})

const sendJson = (outcome: SendOutcome, upgradeUrl: string | null) => ({
  address: outcome.typed,
  outcome: outcome.kind,
  ...('invitationId' in outcome && { invitation_id: outcome.invitationId }),
  ...('userId' in outcome && { member_id: outcome.userId }),
  ...(outcome.kind === 'invited'
    ? {
        renewed: outcome.renewed,
        mail_waits_until: timeOf(outcome.waitsUntil),
        ...(outcome.heldFor !== undefined && { mail_held_for: outcome.heldFor }),
        ...(outcome.awaitsApproval && { awaits_approval: true }),
      }
    : { reason: sendReason(outcome) }),
  ...(outcome.kind === 'policy_denied' && {
    code: outcome.denial.code,
    detail: outcome.denial.message,
    remedy: outcome.denial.remediation,
  }),
  ...(outcome.kind === 'no_seat_left' && upgradeUrl && { upgrade_url: upgradeUrl }),
})

/** A change of one invitation that did not happen is a refusal. */
const requireDone = ([outcome]: ChangeOutcome[]): Extract<ChangeOutcome, { kind: 'done' }> => {
  if (!outcome) return refuse({ code: 'not_found' })
  return outcome.kind === 'done' ? outcome : refuse(refusalFor(outcome))
}

/** When the mail goes that a change made, where it waits, and why a policy holds it. */
const waitsJson = ({ waitsUntil, heldFor }: Extract<ChangeOutcome, { kind: 'done' }>) => ({
  mail_waits_until: timeOf(waitsUntil),
  ...(heldFor !== undefined && { mail_held_for: heldFor }),
})

const idempotencyKey = (c: ApiRequest): string => c.req.header('Idempotency-Key') || mintChange()

const readList = (c: ApiRequest) => {
  const fields: FieldErrors = {}
  const { tab = 'outstanding', sort, limit = '50', page, q = '' } = c.req.query()
  const size = Number(limit)
  if (!Number.isInteger(size) || size < 1 || size > 100)
    fields.limit = 'limit must be a whole number from 1 to 100.'
  const parsedTab = parseTab(tab)
  if (!parsedTab) fields.tab = 'tab must be outstanding, accepted, revoked, declined or all.'
  const parsedSort = sort === undefined ? NEWEST : parseSort(sort)
  if (!parsedSort) fields.sort = 'sort must be a column, with - in front for descending.'
  const cursor = page === undefined ? null : decodeCursor(page)
  if (page !== undefined && !cursor) fields.page = 'page must come from a next link.'
  if (!parsedTab || !parsedSort || Object.keys(fields).length > 0)
    return refuse({ code: 'invalid_input', fields })
  return {
    tab: parsedTab,
    sort: parsedSort,
    cursor,
    limit: size,
    search: searchOf(q),
  }
}

export const api = new Hono<AppEnv>()
  .use(authenticate)
  .get('/invitations', async (c) => {
    const query = readList(c)
    const { rows, more, counts } = await listInvitations(c.var.org, query)
    const last = rows.at(-1)
    const page = last && more ? encodeCursor(placeOf(last, 'after')) : null
    return c.json({ data: rows.map(invitationJson), next: page, counts, counts_stop_at: COUNT_LIMIT })
  })
  .post('/invitations', async (c) => {
    const { addresses, team_ids: teamIds, ...rest } = await readJson(c, CREATE)
    const parsed = addresses.map(parseAddress)
    const { outcomes } = await sendInvitations(c.var.org, {
      ...rest,
      teamIds,
      addresses: parsed,
      change: idempotencyKey(c),
    })
    return c.json({
      data: outcomes.map((outcome) => sendJson(outcome, c.var.org.settings.seats.upgradeUrl)),
      sent: outcomes.filter(({ kind }) => kind === 'invited').length - awaitingAmong(outcomes),
    })
  })
  .get('/invitations/:id', async (c) => {
    return c.json(wholeJson(await showInvitation(c.var.org, c.req.param('id'))))
  })
  .patch('/invitations/:id', async (c) => {
    const body = await readJson(c, CHANGE)
    const result = await editInvitation(c.var.org, {
      id: c.req.param('id'),
      edits: {
        role: editTo(body.role, ''),
        department: editTo(body.department, ''),
        note: editTo(body.note, ''),
        teamIds: editTo<readonly string[]>(body.team_ids, []),
      },
      change: idempotencyKey(c),
    })
    if (result.kind === 'changed') return refuse({ code: 'invitation_changed' })
    return c.json({ outcome: result.kind, ...wholeJson(result.editable.invitation) })
  })
  .post('/invitations/:id/resend', async (c) => {
    const id = c.req.param('id')
    const done = requireDone(await resendInvitations(c.var.org, { ids: [id], change: idempotencyKey(c) }))
    return c.json({ id, outcome: 'resent', ...waitsJson(done), url: paths.api.invitation(id) })
  })
  .post('/invitations/:id/approve', async (c) => {
    const id = c.req.param('id')
    const done = requireDone(await approveInvitations(c.var.org, { ids: [id], change: idempotencyKey(c) }))
    return c.json({ id, outcome: 'approved', ...waitsJson(done), url: paths.api.invitation(id) })
  })
  .post('/invitations/:id/decline-approval', async (c) => {
    const id = c.req.param('id')
    requireDone(await declineApprovals(c.var.org, { ids: [id], change: idempotencyKey(c) }))
    return c.json({ id, outcome: 'approval_declined', url: paths.api.invitation(id) })
  })
  .post('/invitations/:id/revoke', async (c) => {
    const id = c.req.param('id')
    requireDone(await revokeInvitations(c.var.org, { ids: [id], change: idempotencyKey(c) }))
    return c.json({ id, outcome: 'revoked', url: paths.api.invitation(id) })
  })
