import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { ApprovalActions } from '../../src/rules/approval'
import type { ReminderState } from '../../src/rules/invitation-help'
import { type InviterLoss, inviterLost } from '../../src/rules/inviter'
import { LANGUAGE_NAMES, type Language } from '../../src/rules/languages'
import type { DeliveryState, InvitationStatus, SuppressionReason } from '../../src/rules/lifecycle'
import { Console, type Place } from '../console'
import { Address, type Notice, When } from '../parts'
import { Help, type HelpProps } from './help'
import { MailBadge, MailReason, RowActions, StatusBadge } from './row'
import { Timeline, type TimelineProps } from './timeline'

type Invitation = {
  id: string
  typedAddress: string
  status: InvitationStatus
  roleName: string
  department: string
  note: string
  teams: readonly { id: string; name: string }[]
  language: Language
  inviterName: string
  approvalReason: string | null
  approverName: string | null
  approvedAt: number | null
  version: string
  inviterLoss: InviterLoss | ''
  firstSentAt: number
  sentAt: number
  expiresAt: number
  endedAt: number | null
  acceptedBy: string | null
  memberThere: boolean
  mailState: DeliveryState
  mailReason: string | null
  mailWaitsUntil: number | null
  openedAt: number | null
  remindersSent: number
}

export type InvitationProps = {
  slug: string
  invitation: Invitation
  grantable: boolean
  approval: ApprovalActions
  /** Null where there is nothing left to remind of. */
  reminders: ReminderState | null
  help: Omit<HelpProps, 'typedAddress'> | null
  timeline: Omit<TimelineProps, 'slug' | 'id' | 'typedAddress'>
  change: string
  /** This very page's address, to which it refreshes itself. */
  self: string
}

const ENDED: Partial<Record<InvitationStatus, string>> = {
  accepted: 'Accepted',
  declined: 'Declined',
  revoked: 'Revoked',
  expired: 'Expired',
}

const SUPPRESSED: Record<SuppressionReason, string> = {
  bounced: 'None: mail to this address came back',
  complained: 'None: mail to this address was reported as spam',
  unsubscribed: 'None: the invitee wants no reminders',
}

const Reminders: FC<{ state: ReminderState; sent: number }> = ({ state, sent }) => {
  const before = sent === 1 ? ' (one was sent)' : ''
  switch (state.kind) {
    case 'off':
      return <>Off</>
    case 'over':
      return <>{sent > 1 ? 'Both were sent' : 'One was sent'}</>
    case 'undelivered':
      return <>None: the mail did not arrive</>
    case 'suppressed':
      return <>{SUPPRESSED[state.reason]}</>
    case 'paused':
      return <>Paused{before}</>
    case 'next':
      return (
        <>
          Next on <When at={state.at} />
          {before}
        </>
      )
  }
}

/** Stops the reminders of this invitation, or lets them go on. */
const ReminderButton: FC<{ state: ReminderState; slug: string; id: string; change: string }> = (props) => {
  const { state, slug, id, change } = props
  if (state.kind !== 'next' && state.kind !== 'paused') return null
  const action = state.kind === 'next' ? paths.pauseReminders(slug, id) : paths.resumeReminders(slug, id)
  return (
    <form
      method="post"
      action={action}
      hx-post={action}
      hx-target="#toasts"
      hx-swap="none"
      hx-sync="this:drop"
    >
      <input type="hidden" name="change" value={change} />
      <button type="submit" class="outline small">
        {state.kind === 'next' ? 'Pause reminders' : 'Resume reminders'}
      </button>
    </form>
  )
}

/** Why somebody else has to approve it, or had to, and who did. */
const Approval: FC<Pick<InvitationProps, 'invitation'> & { own: boolean }> = ({ invitation, own }) => {
  const { status, approvalReason, approverName, approvedAt } = invitation
  return (
    <>
      {approvalReason && (
        <>
          <dt>{status === 'awaiting_approval' ? 'Needs approval' : 'Needed approval'}</dt>
          <dd>
            {approvalReason}
            {own && <small class="why">You asked for it; another admin approves.</small>}
          </dd>
        </>
      )}
      {approvedAt !== null && (
        <>
          <dt>Approved by</dt>
          <dd>
            {approverName}, <When at={approvedAt} />
          </dd>
        </>
      )}
    </>
  )
}

type DetailsProps = Pick<InvitationProps, 'slug' | 'invitation' | 'approval' | 'reminders' | 'change'>

const Details: FC<DetailsProps> = ({ slug, invitation, approval, reminders, change }) => {
  const { status, mailState, mailReason, openedAt, note, sentAt, firstSentAt } = invitation
  const end = ENDED[status]
  const awaits = status === 'awaiting_approval'
  return (
    <dl class="details">
      <dt>Status</dt>
      <dd>
        <StatusBadge status={status} />
      </dd>
      <dt>Mail</dt>
      <dd>
        {awaits ? 'None before it is approved' : <MailBadge state={mailState} />}
        {!awaits && mailReason && (
          <small class="why">
            <MailReason row={invitation} />
          </small>
        )}
      </dd>
      {!awaits && (
        <>
          <dt>Opened</dt>
          <dd>{openedAt === null ? 'Not yet' : <When at={openedAt} />}</dd>
        </>
      )}
      <dt>Role</dt>
      <dd>{invitation.roleName}</dd>
      <dt>Department</dt>
      <dd>{invitation.department || '–'}</dd>
      <dt>Teams</dt>
      <dd>{invitation.teams.map(({ name }) => name).join(', ') || '–'}</dd>
      <dt>Language</dt>
      <dd lang={invitation.language}>{LANGUAGE_NAMES[invitation.language]}</dd>
      <dt>{awaits ? 'Asked for by' : 'Invited by'}</dt>
      <dd>{invitation.inviterName}</dd>
      <Approval invitation={invitation} own={approval.own} />
      {!awaits && firstSentAt !== sentAt && (
        <>
          <dt>First sent</dt>
          <dd>
            <When at={firstSentAt} />
          </dd>
        </>
      )}
      <dt>{awaits ? 'Asked for' : 'Sent'}</dt>
      <dd>
        <When at={sentAt} />
      </dd>
      <dt>{end ?? 'Expires'}</dt>
      <dd>
        {awaits ? (
          'Counts from its approval'
        ) : (
          <When
            at={status === 'expired' ? invitation.expiresAt : (invitation.endedAt ?? invitation.expiresAt)}
          />
        )}
      </dd>
      {reminders && (
        <>
          <dt>Reminders</dt>
          <dd>
            <Reminders state={reminders} sent={invitation.remindersSent} />
            <ReminderButton state={reminders} slug={slug} id={invitation.id} change={change} />
          </dd>
        </>
      )}
      <dt>Note</dt>
      <dd class="note">{note || '–'}</dd>
    </dl>
  )
}

/** Nobody answers for it any more: why, and who can mend that. */
const Unanswered: FC<Pick<InvitationProps, 'invitation' | 'grantable'>> = ({ invitation, grantable }) => {
  const lost = inviterLost({ ...invitation, grantable })
  return (
    lost && (
      <section class="help" data-variant="warning" aria-labelledby="unanswered">
        <h2 id="unanswered">
          This invitation cannot be {invitation.status === 'awaiting_approval' ? 'approved' : 'accepted'}
        </h2>
        <p>{lost.why}</p>
        <p>
          {invitation.status === 'pending' && 'Whoever opens its link is told to ask for a new one. '}
          {lost.remedy}
        </p>
      </section>
    )
  )
}

/** The part of the page that changes, which is all of it. */
export const InvitationPart: FC<InvitationProps> = (props) => {
  const { slug, invitation, reminders, help, change, self } = props
  const { id, typedAddress, status, mailState, acceptedBy, memberThere } = invitation
  const isUnderWay = status === 'pending' && (mailState === 'queued' || mailState === 'sending')
  const actions = {
    ...invitation,
    grantable: props.grantable,
    approval: props.approval,
    acceptedBy: memberThere ? acceptedBy : null,
  }
  return (
    <section
      id="invitation"
      data-list
      aria-label="Invitation"
      tabindex={-1}
      hx-get={self}
      hx-trigger="list-changed from:document"
      hx-target="this"
      hx-sync="this:drop"
      data-under-way={isUnderWay ? '' : undefined}
    >
      <header class="page">
        <h1>
          <Address typed={typedAddress} />
        </h1>
        <form method="post" class="ways">
          <input type="hidden" name="change" value={change} />
          <input type="hidden" name="from" value="invitation" />
          <RowActions row={actions} slug={slug} from="invitation" />
        </form>
      </header>
      <Unanswered invitation={invitation} grantable={props.grantable} />
      {help && <Help {...help} typedAddress={typedAddress} />}
      <div class="invitation">
        <section class="card" aria-labelledby="details">
          <h2 id="details">Details</h2>
          <Details
            slug={slug}
            invitation={invitation}
            approval={props.approval}
            reminders={reminders}
            change={change}
          />
        </section>
        <Timeline {...props.timeline} slug={slug} id={id} typedAddress={typedAddress} />
      </div>
    </section>
  )
}

export const InvitationPage: FC<InvitationProps & { place: Place; notice: Notice | null }> = ({
  place,
  notice,
  ...props
}) => {
  const { slug, invitation } = props
  return (
    <Console
      place={place}
      title={invitation.typedAddress}
      current={paths.invitation(slug, invitation.id)}
      notice={notice}
    >
      <p class="back">
        <a href={paths.invitations(slug)}>Invitations</a>
      </p>
      <InvitationPart {...props} />
    </Console>
  )
}
