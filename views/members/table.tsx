import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { ApprovalActions } from '../../src/rules/approval'
import type { DeliveryState } from '../../src/rules/lifecycle'
import { sortText } from '../../src/rules/lists'
import {
  type MemberActions,
  type MemberColumn,
  type MemberSort,
  memberFilterQuery,
  type PlaceStatus,
} from '../../src/rules/members'
import { DialogLink } from '../dialog'
import { AwaitingWhy, MailBadge, RowActions } from '../invitations/row'
import { ListLink, sortedAs } from '../lists'
import { Badge, Person, When } from '../parts'

export type Row = {
  kind: 'member' | 'invitation'
  id: string
  name: string
  typedAddress: string
  roleName: string
  department: string
  teamNames: string
  status: PlaceStatus
  at: number
  inviterName: string | null
  /** Of an invitation. */
  mailState: DeliveryState | null
  /** What whoever looks may do with a member; null of an invitation. */
  actions: MemberActions | null
  /** Whether an invitation can be resent and edited by whoever looks, and what they may do where it awaits approval. */
  grantable: boolean
  approval: ApprovalActions
  approvalReason: string | null
  version: string | null
}

/** What a list's URL says; its links change one thing of it and keep the rest. */
export type ListAddress = { slug: string; filters: Parameters<typeof memberFilterQuery>[0]; sort: MemberSort }

const STATUS = {
  active: ['success', 'Active'],
  awaiting_approval: ['warning', 'Awaiting approval'],
  pending: ['info', 'Pending'],
  expired: ['warning', 'Expired'],
  inactive: ['secondary', 'Inactive'],
} as const

export const MemberBadge: FC<{ status: PlaceStatus }> = ({ status }) => (
  <Badge variant={STATUS[status][0]}>{STATUS[status][1]}</Badge>
)

/** Whether a mail needs somebody, so that it stands beside the status. */
const isInTrouble = (state: DeliveryState | null): state is 'bounced' | 'complained' | 'failed' =>
  state === 'bounced' || state === 'complained' || state === 'failed'

export const statusWords = (status: PlaceStatus): string => STATUS[status][1]

const COLUMNS: Record<MemberColumn, string> = {
  name: 'Name',
  email: 'Email',
  role: 'Role',
  department: 'Department',
  teams: 'Teams',
  status: 'Status',
  joined: 'Joined',
  inviter: 'Invited by',
}

/** Name and address stand in one cell; each is sorted by. */
const HEADS: readonly (readonly MemberColumn[])[] = [
  ['name', 'email'],
  ['role'],
  ['department'],
  ['teams'],
  ['status'],
  ['joined'],
  ['inviter'],
]

const SortLink: FC<{ column: MemberColumn; list: ListAddress }> = ({
  column,
  list: { slug, filters, sort },
}) => {
  const sorted = sortedAs(column, sort)
  const descending = sorted ? sorted === 'ascending' : column === 'joined'
  const query = { ...memberFilterQuery(filters), sort: sortText({ column, descending }) }
  return (
    <ListLink list="members" href={paths.members(slug, query)} current={sorted && 'true'}>
      {COLUMNS[column]}
    </ListLink>
  )
}

const Head: FC<{ columns: readonly MemberColumn[]; list: ListAddress }> = ({ columns, list }) => (
  <th scope="col" aria-sort={columns.map((column) => sortedAs(column, list.sort)).find(Boolean)}>
    {columns.map((column) => (
      <SortLink column={column} list={list} />
    ))}
  </th>
)

const MemberButtons: FC<{ row: Row; actions: MemberActions; slug: string }> = ({ row, actions, slug }) => {
  const name = row.name || row.typedAddress
  const button = (verb: 'Deactivate' | 'Reactivate', action: string) => (
    <button
      type="submit"
      class="ghost small"
      formaction={action}
      hx-post={action}
      hx-target="#toasts"
      hx-swap="none"
      hx-sync="this:drop"
      aria-label={`${verb} ${name}`}
    >
      {verb}
    </button>
  )
  return (
    <>
      {actions.edit && (
        <a
          class="button outline small"
          href={paths.member(slug, row.id)}
          hx-get={paths.editMember(slug, row.id)}
          hx-target="#dialog-content"
          hx-swap="innerHTML"
          aria-label={`Change ${name}`}
        >
          Change
        </a>
      )}
      {actions.deactivate && button('Deactivate', paths.deactivateMember(slug, row.id))}
      {actions.reactivate && button('Reactivate', paths.reactivateMember(slug, row.id))}
      {actions.remove && (
        <DialogLink
          class="button ghost small"
          danger
          href={paths.removeMember(slug, row.id)}
          label={`Remove ${name}`}
        >
          Remove
        </DialogLink>
      )}
    </>
  )
}

const TableRow: FC<{ row: Row; list: ListAddress; withActions: boolean }> = ({ row, list, withActions }) => {
  const { slug } = list
  const isMember = row.kind === 'member'
  return (
    <tr id={`${row.kind}-${row.id}`} data-status={row.status}>
      <th scope="row">
        <Person
          name={row.name}
          address={row.typedAddress}
          href={isMember ? paths.member(slug, row.id) : paths.invitation(slug, row.id)}
        />
      </th>
      <td data-label="Role">{row.roleName}</td>
      <td data-label="Department">{row.department}</td>
      <td data-label="Teams">{row.teamNames}</td>
      <td data-label="Status">
        <MemberBadge status={row.status} />
        {row.status === 'awaiting_approval' && <AwaitingWhy row={{ ...row, status: row.status }} />}
        {isInTrouble(row.mailState) && <MailBadge state={row.mailState} />}
      </td>
      <td data-label={isMember ? 'Joined' : row.status === 'awaiting_approval' ? 'Asked for' : 'Sent'}>
        <When at={row.at} />
        {!isMember && (
          <small class="sent">{row.status === 'awaiting_approval' ? ' asked for' : ' sent'}</small>
        )}
      </td>
      <td data-label="Invited by">{row.inviterName ?? ''}</td>
      {withActions && (
        <td class="actions">
          {row.actions && <MemberButtons row={row} actions={row.actions} slug={slug} />}
          {!isMember && row.status !== 'active' && row.status !== 'inactive' && (
            <RowActions
              row={{
                ...row,
                status: row.status,
                acceptedBy: null,
                mailState: row.mailState ?? 'queued',
                version: row.version ?? '',
              }}
              slug={slug}
              from="members"
            />
          )}
        </td>
      )}
    </tr>
  )
}

type TableProps = { rows: readonly Row[]; list: ListAddress; withActions: boolean; change: string }

/** The rows, sortable by every column; what can be done with each stands in it. */
export const MemberTable: FC<TableProps> = ({ rows, list, withActions, change }) => (
  <form method="post" class="rows">
    <input type="hidden" name="change" value={change} />
    <input type="hidden" name="from" value="members" />
    <div class="table people">
      <table>
        <thead>
          <tr>
            {HEADS.map((columns) => (
              <Head columns={columns} list={list} />
            ))}
            {withActions && (
              <td>
                <span class="visually-hidden">Actions</span>
              </td>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TableRow row={row} list={list} withActions={withActions} />
          ))}
        </tbody>
      </table>
    </div>
  </form>
)
