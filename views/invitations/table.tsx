import { type FC, useContext } from 'hono/jsx'
import { paths } from '../../src/paths'
import { dayWords, exactWords } from '../../src/rules/dates'
import { troubleHint, troubleOf } from '../../src/rules/invitation-help'
import {
  type Bounce,
  type DeliveryState,
  type InvitationStatus,
  isOutstanding,
  type Tab,
} from '../../src/rules/lifecycle'
import { waitsUntil } from '../../src/rules/quotas'
import { swapInto } from '../lists'
import { Address, Badge, TimeZone, When } from '../parts'

export type Row = {
  id: string
  typedAddress: string
  roleName: string
  department: string
  inviterName: string
  firstSentAt: number
  sentAt: number
  expiresAt: number
  status: InvitationStatus
  mailState: DeliveryState
  mailReason: string | null
  mailBounce: Bounce | null
  openedAt: number | null
  acceptedBy: string | null
  /** Whether whoever looks may give its role, and so resend and edit it. */
  grantable: boolean
}

type Variant = 'info' | 'success' | 'warning' | 'danger' | 'secondary'

/** Whether the row's mail is still on its way, so that its state will change by itself. */
export const isUnderWay = ({ mailState }: Row): boolean => mailState === 'queued' || mailState === 'sending'

const STATUS: Record<InvitationStatus, [Variant, string]> = {
  awaiting_approval: ['warning', 'Awaiting approval'],
  pending: ['info', 'Pending'],
  accepted: ['success', 'Accepted'],
  declined: ['secondary', 'Declined'],
  revoked: ['secondary', 'Revoked'],
  expired: ['warning', 'Expired'],
}

const MAIL: Record<DeliveryState, [Variant, string]> = {
  queued: ['secondary', 'Queued'],
  sending: ['secondary', 'Sending'],
  sent: ['secondary', 'Sent'],
  delivered: ['success', 'Delivered'],
  bounced: ['danger', 'Bounced'],
  complained: ['danger', 'Complained'],
  failed: ['danger', 'Failed'],
  cancelled: ['secondary', 'Cancelled'],
}

export const COLUMNS = {
  email: 'Email',
  role: 'Role',
  department: 'Department',
  inviter: 'Invited by',
  sent: 'Sent',
  expires: 'Expires',
  status: 'Status',
  mail: 'Mail',
} as const
export type Column = keyof typeof COLUMNS

/** What a list's URL says; the table's links change one thing of it and keep the rest. */
export type ListAddress = { slug: string; tab: Tab; sort: Column; descending: boolean; search: string }

export const sortParam = (column: Column, descending: boolean): string => (descending ? `-${column}` : column)

/** Replaces the list in place where there is htmx; an ordinary link where there is none. */
export const swap = (href: string) => ({ href, ...swapInto('invitations', href) })

const ColumnHead: FC<{ column: Column; list: ListAddress }> = ({ column, list }) => {
  const sorted = list.sort === column
  const descending = sorted ? !list.descending : column === 'sent' || column === 'expires'
  const href = paths.invitations(list.slug, {
    tab: list.tab,
    sort: sortParam(column, descending),
    q: list.search,
  })
  return (
    <th scope="col" aria-sort={sorted ? (list.descending ? 'descending' : 'ascending') : undefined}>
      <a {...swap(href)}>{COLUMNS[column]}</a>
    </th>
  )
}

/** The status of an invitation. */
export const StatusBadge: FC<{ status: InvitationStatus }> = ({ status }) => {
  const [variant, words] = STATUS[status]
  return <Badge variant={variant}>{words}</Badge>
}

/** How the newest mail of an invitation is doing. */
export const MailBadge: FC<{ state: DeliveryState }> = ({ state }) => {
  const [variant, words] = MAIL[state]
  return <Badge variant={variant}>{words}</Badge>
}

/** Why a mail waits, failed or came back; of one that waits for the next day's quota, when it goes. */
export const MailReason: FC<{ row: Pick<Row, 'mailState' | 'mailReason' | 'sentAt'> }> = ({ row }) => {
  const timeZone = useContext(TimeZone)
  const goesAt = waitsUntil(row)
  return (
    <>{goesAt === null ? row.mailReason : `Goes on ${exactWords(goesAt, timeZone)}: over today’s quota`}</>
  )
}

const Mail: FC<{ row: Row }> = ({ row }) => {
  const trouble = troubleOf(row)
  return (
    <>
      <MailBadge state={row.mailState} />
      {row.mailReason && row.mailState !== 'cancelled' && (
        <small class={isUnderWay(row) ? 'reason waits' : 'reason'}>
          <MailReason row={row} />
        </small>
      )}
      {trouble && trouble !== 'unopened' && (
        <small class="hint">{troubleHint(trouble, row.mailBounce)}</small>
      )}
    </>
  )
}

type Actionable = Pick<Row, 'id' | 'typedAddress' | 'status' | 'acceptedBy' | 'grantable' | 'mailState'>

/** What can be done with one invitation; inside a form that posts to it. */
export const RowActions: FC<{
  row: Actionable
  slug: string
  from?: 'members' | 'overview' | 'invitation'
}> = (props) => {
  const { row, slug, from } = props
  if (row.status === 'accepted' && row.acceptedBy) {
    return (
      <a
        class="button ghost small"
        href={paths.member(slug, row.acceptedBy)}
        aria-label={`See member ${row.typedAddress}`}
      >
        See member
      </a>
    )
  }
  if (!isOutstanding(row.status)) return null
  const unwanted = row.mailState === 'complained'
  const edit = paths.editInvitation(slug, row.id, { from })
  return (
    <>
      {row.grantable && (
        <>
          <button
            type="submit"
            class="outline small"
            name="only"
            value={row.id}
            formaction={paths.resend(slug)}
            hx-post={paths.resend(slug)}
            hx-target="#toasts"
            hx-swap="none"
            hx-sync="this:drop"
            aria-label={
              unwanted
                ? `Resend to ${row.typedAddress}, who reported the last mail as spam`
                : `Resend to ${row.typedAddress}`
            }
          >
            {unwanted ? 'Resend anyway' : 'Resend'}
          </button>
          <a
            class="button ghost small"
            href={edit}
            hx-get={edit}
            hx-target="#dialog-content"
            hx-swap="innerHTML"
            aria-label={`Edit the invitation of ${row.typedAddress}`}
          >
            Edit
          </a>
        </>
      )}
      <a
        class="button ghost small"
        data-variant="danger"
        href={paths.revoke(slug, [row.id], { from })}
        hx-get={paths.revoke(slug, [row.id], { from })}
        hx-target="#dialog-content"
        hx-swap="innerHTML"
        aria-label={`Revoke the invitation of ${row.typedAddress}`}
      >
        Revoke
      </a>
    </>
  )
}

const TableRow: FC<{ row: Row; slug: string }> = ({ row, slug }) => {
  const firstSent = dayWords(row.firstSentAt, useContext(TimeZone))
  return (
    <tr id={`invitation-${row.id}`}>
      <td class="tick">
        {isOutstanding(row.status) && (
          <label>
            <input
              type="checkbox"
              name="id"
              value={row.id}
              aria-label={`Select ${row.typedAddress}`}
              autocomplete="off"
            />
          </label>
        )}
      </td>
      <th scope="row" class="email">
        <a href={paths.invitation(slug, row.id)}>
          <Address typed={row.typedAddress} />
        </a>
      </th>
      <td data-label="Role">{row.roleName}</td>
      <td data-label="Department">{row.department}</td>
      <td data-label="Invited by">{row.inviterName}</td>
      <td data-label="Sent">
        <When at={row.sentAt} also={row.firstSentAt === row.sentAt ? undefined : `first sent ${firstSent}`} />
      </td>
      <td data-label="Expires">
        <When at={row.expiresAt} />
      </td>
      <td data-label="Status">
        <StatusBadge status={row.status} />
      </td>
      <td data-label="Mail">
        <Mail row={row} />
      </td>
      <td class="actions">
        <RowActions row={row} slug={slug} />
      </td>
    </tr>
  )
}

/** The rows, sortable by every column, with the buttons for those that are ticked. */
export const InvitationTable: FC<{ rows: Row[]; list: ListAddress; change: string }> = ({
  rows,
  list,
  change,
}) => (
  <form method="post" class="rows">
    <input type="hidden" name="change" value={change} />
    {rows.some((row) => isOutstanding(row.status)) && (
      <div class="bulk">
        <label class="scripted">
          <input type="checkbox" data-tick-all autocomplete="off" /> Select all
        </label>
        <button
          type="submit"
          class="outline small"
          formaction={paths.resend(list.slug)}
          hx-post={paths.resend(list.slug)}
          hx-target="#toasts"
          hx-swap="none"
          hx-sync="this:drop"
        >
          Resend selected
        </button>
        <button
          type="submit"
          class="outline small"
          data-variant="danger"
          formmethod="get"
          formaction={paths.revoke(list.slug)}
          hx-get={paths.revoke(list.slug)}
          hx-include="closest form"
          hx-target="#dialog-content"
          hx-swap="innerHTML"
        >
          Revoke selected
        </button>
      </div>
    )}
    <div class="table">
      <table>
        <thead>
          <tr>
            <td class="tick"></td>
            {(Object.keys(COLUMNS) as Column[]).map((column) => (
              <ColumnHead column={column} list={list} />
            ))}
            <td>
              <span class="visually-hidden">Actions</span>
            </td>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TableRow row={row} slug={list.slug} />
          ))}
        </tbody>
      </table>
    </div>
  </form>
)
