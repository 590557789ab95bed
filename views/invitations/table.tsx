import { type FC, useContext } from 'hono/jsx'
import { paths } from '../../src/paths'
import { dayWords } from '../../src/rules/dates'
import { troubleHint, troubleOf } from '../../src/rules/invitation-help'
import { isOpen, isOutstanding, type Tab } from '../../src/rules/lifecycle'
import { swapInto } from '../lists'
import { Address, TimeZone, When } from '../parts'
import {
  AwaitingWhy,
  InviterLost,
  isUnderWay,
  MailBadge,
  MailReason,
  type Row,
  RowActions,
  StatusBadge,
  seenAs,
} from './row'

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

const TableRow: FC<{ row: Row; slug: string }> = ({ row, slug }) => {
  const awaits = row.status === 'awaiting_approval'
  const firstSent = dayWords(row.firstSentAt, useContext(TimeZone))
  return (
    <tr id={`invitation-${row.id}`}>
      <td class="tick">
        {isOpen(row.status) && (
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
        {awaits ? (
          <small class="hint">
            Asked on <When at={row.sentAt} />
          </small>
        ) : (
          <When
            at={row.sentAt}
            also={row.firstSentAt === row.sentAt ? undefined : `first sent ${firstSent}`}
          />
        )}
      </td>
      <td data-label="Expires">{!awaits && <When at={row.expiresAt} />}</td>
      <td data-label="Status">
        <StatusBadge status={row.status} />
        <InviterLost row={row} />
      </td>
      <td data-label="Mail">{awaits ? <AwaitingWhy row={row} /> : <Mail row={row} />}</td>
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
    {rows.some((row) => isOpen(row.status)) && (
      <div class="bulk">
        <label class="scripted">
          <input type="checkbox" data-tick-all autocomplete="off" /> Select all
        </label>
        {rows.some((row) => isOutstanding(row.status)) && (
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
        )}
        {rows.some(({ approval }) => approval.approve) && (
          <button
            type="submit"
            class="outline small"
            name="seen"
            value={rows
              .filter(({ approval }) => approval.approve)
              .map(seenAs)
              .join(' ')}
            formaction={paths.approve(list.slug)}
            hx-post={paths.approve(list.slug)}
            hx-target="#toasts"
            hx-swap="none"
            hx-sync="this:drop"
          >
            Approve selected
          </button>
        )}
        {rows.some(({ approval }) => approval.decline) && (
          <button
            type="submit"
            class="outline small"
            data-variant="danger"
            formmethod="get"
            formaction={paths.declineApproval(list.slug)}
            hx-get={paths.declineApproval(list.slug)}
            hx-include="closest form"
            hx-target="#dialog-content"
            hx-swap="innerHTML"
          >
            Decline selected
          </button>
        )}
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
