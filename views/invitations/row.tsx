import { type FC, useContext } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { ApprovalActions } from '../../src/rules/approval'
import { exactWords } from '../../src/rules/dates'
import { type InviterLoss, inviterLost } from '../../src/rules/inviter'
import {
  type Bounce,
  type DeliveryState,
  type InvitationStatus,
  isOutstanding,
} from '../../src/rules/lifecycle'
import { asSentence } from '../../src/rules/policies'
import { WAITS_FOR_QUOTA } from '../../src/rules/quotas'
import { DialogLink } from '../dialog'
import { Badge, TimeZone } from '../parts'

// What stands of an invitation wherever it is shown: in its list, among members, on the overview, on its own page.

export type Row = {
  id: string
  typedAddress: string
  roleName: string
  department: string
  inviterName: string
  inviterLoss: InviterLoss | ''
  firstSentAt: number
  sentAt: number
  expiresAt: number
  status: InvitationStatus
  mailState: DeliveryState
  mailReason: string | null
  mailWaitsUntil: number | null
  mailBounce: Bounce | null
  openedAt: number | null
  acceptedBy: string | null
  /** Whether whoever looks may give its role, and so resend and edit it. */
  grantable: boolean
  /** What whoever looks may do where it awaits approval, and by what that is told from what became of it since. */
  approval: ApprovalActions
  version: string
  approvalReason: string | null
}

type Variant = 'info' | 'success' | 'warning' | 'danger' | 'secondary'

/** Whether the row's mail is still on its way, so that its state will change by itself. */
export const isUnderWay = ({ status, mailState }: Row): boolean =>
  status !== 'awaiting_approval' && (mailState === 'queued' || mailState === 'sending')

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

/** The status of an invitation. */
export const StatusBadge: FC<{ status: InvitationStatus }> = ({ status }) => {
  const [variant, words] = STATUS[status]
  return <Badge variant={variant}>{words}</Badge>
}

/** Why an invitation that looks pending or awaits approval cannot be accepted; what to do about it stands on its page. */
export const InviterLost: FC<{
  row: Pick<Row, 'inviterLoss' | 'inviterName' | 'roleName' | 'status' | 'grantable'>
}> = ({ row }) => {
  const lost = inviterLost(row)
  return lost && <small class="reason">{lost.shortly}</small>
}

/** How the newest mail of an invitation is doing. */
export const MailBadge: FC<{ state: DeliveryState }> = ({ state }) => {
  const [variant, words] = MAIL[state]
  return <Badge variant={variant}>{words}</Badge>
}

/** Why a mail waits, failed or came back; of one that waits for a quota, or that a policy holds, when it goes. */
export const MailReason: FC<{ row: Pick<Row, 'mailReason' | 'mailWaitsUntil'> }> = ({ row }) => {
  const timeZone = useContext(TimeZone)
  const { mailReason, mailWaitsUntil: goesAt } = row
  if (goesAt === null) return <>{mailReason}</>
  const why = mailReason === WAITS_FOR_QUOTA ? ': over today’s quota' : `. ${asSentence(mailReason ?? '')}`
  return <>{`Goes on ${exactWords(goesAt, timeZone)}${why}`}</>
}

type Actionable = Pick<
  Row,
  'id' | 'typedAddress' | 'status' | 'acceptedBy' | 'grantable' | 'mailState' | 'approval' | 'version'
>
type ActionsProps = { row: Actionable; slug: string; from?: 'members' | 'overview' | 'invitation' }

/** Why an invitation awaits approval, and who gives it where that is somebody else. */
export const AwaitingWhy: FC<{ row: Pick<Row, 'status' | 'approvalReason' | 'approval'> }> = ({ row }) =>
  row.status === 'awaiting_approval' ? (
    <>
      {row.approvalReason && <small class="hint">{row.approvalReason}</small>}
      {row.approval.own && <small class="hint">You asked for it; another admin approves.</small>}
    </>
  ) : null

/** What is approved is what was seen. */
export const seenAs = ({ id, version }: Pick<Row, 'id' | 'version'>): string => `${id}:${version}`

const EditLink: FC<ActionsProps> = ({ row, slug, from }) => (
  <DialogLink
    class="button ghost small"
    href={paths.editInvitation(slug, row.id, { from })}
    label={`Edit the invitation of ${row.typedAddress}`}
  >
    Edit
  </DialogLink>
)

/** What can be done with one that awaits approval: by whoever asked for it, and by others. */
const ApprovalButtons: FC<ActionsProps> = (props) => {
  const { row, slug, from } = props
  const { own, approve, decline } = row.approval
  return (
    <>
      {approve && (
        <button
          type="submit"
          class="outline small"
          name="one"
          value={seenAs(row)}
          formaction={paths.approve(slug)}
          hx-post={paths.approve(slug)}
          hx-target="#toasts"
          hx-swap="none"
          hx-sync="this:drop"
          aria-label={`Approve the invitation of ${row.typedAddress}`}
        >
          Approve
        </button>
      )}
      {decline && (
        <DialogLink
          class="button ghost small"
          danger
          href={paths.declineApproval(slug, [row.id], { from })}
          label={`Decline the invitation of ${row.typedAddress}`}
        >
          Decline
        </DialogLink>
      )}
      {row.grantable && <EditLink {...props} />}
      {own && (
        <DialogLink
          class="button ghost small"
          danger
          href={paths.revoke(slug, [row.id], { from })}
          label={`Withdraw the invitation of ${row.typedAddress}`}
        >
          Withdraw
        </DialogLink>
      )}
    </>
  )
}

/** What can be done with one invitation; inside a form that posts to it. */
export const RowActions: FC<ActionsProps> = (props) => {
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
  if (row.status === 'awaiting_approval') return <ApprovalButtons {...props} />
  if (!isOutstanding(row.status)) return null
  const unwanted = row.mailState === 'complained'
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
          <EditLink {...props} />
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
