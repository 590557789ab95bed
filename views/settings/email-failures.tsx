import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { HEALTH_LIMIT, LATELY_DAYS } from '../../src/rules/email-health'
import { type InvitationStatus, statusAt } from '../../src/rules/lifecycle'
import { Address, Badge, When } from '../parts'

export type Failure = {
  id: string
  kind: string
  address: string
  state: string
  bounce: 'hard' | 'soft' | null
  reason: string | null
  at: number
  invitation: { id: string; status: InvitationStatus; expiresAt: number; sentAgain: boolean } | null
}

export type Resendable = { ids: readonly string[]; count: number; unreachable: number }

type Props = {
  slug: string
  failures: readonly Failure[]
  resendable: Resendable
  pause: unknown
  mayResend: boolean
  atOnce: number
  change: string
  now: number
}

const stateWords = ({ state, bounce }: Failure): string => {
  if (state === 'complained') return 'Complained'
  if (state === 'failed') return 'Failed'
  return bounce === 'hard' ? 'Bounced for good' : 'Bounced'
}

const STATUS: Record<InvitationStatus, string | null> = {
  awaiting_approval: 'Awaiting approval',
  pending: null,
  accepted: 'Accepted since',
  declined: 'Declined since',
  revoked: 'Revoked since',
  expired: 'Expired',
}

/** What has become of the invitation since, where something has. */
const sinceWords = ({ invitation }: Failure, now: number): string | null => {
  if (!invitation) return null
  const { status, expiresAt, sentAgain } = invitation
  return (
    (sentAgain && status === 'pending' ? 'Sent again since' : null) ??
    STATUS[statusAt(status, expiresAt, now)]
  )
}

const Row: FC<{ failure: Failure; slug: string; now: number }> = ({ failure, slug, now }) => {
  const { address, reason, at, invitation, kind } = failure
  const since = sinceWords(failure, now)
  return (
    <tr>
      <th scope="row">
        {invitation ? (
          <a href={paths.invitation(slug, invitation.id)}>
            <Address typed={address} />
          </a>
        ) : (
          <Address typed={address} />
        )}
      </th>
      <td>
        <Badge variant={since ? 'secondary' : 'danger'}>{stateWords(failure)}</Badge>
      </td>
      <td class="why">
        {reason ?? 'No reason was given.'}
        {since && <small>{since}</small>}
        {!invitation && <small>{kind.replaceAll('_', ' ')}</small>}
      </td>
      <td>
        <When at={at} />
      </td>
    </tr>
  )
}

const many = (n: number): string => {
  const words = n > HEALTH_LIMIT ? `More than ${HEALTH_LIMIT}` : String(n)
  return `${words} ${n === 1 ? 'invitation' : 'invitations'}`
}

/** One press for all that another mail may reach; the rest is told. */
const ResendAll: FC<Props> = ({ slug, resendable, pause, mayResend, atOnce, change }) => {
  const { ids, count, unreachable } = resendable
  if (count === 0 && unreachable === 0) return null
  const action = paths.resendFailed(slug)
  return (
    <form
      method="post"
      action={action}
      class="resend-failed"
      hx-post={action}
      hx-target="#toasts"
      hx-swap="none"
      hx-sync="this:drop"
    >
      <input type="hidden" name="change" value={change} />
      {ids.map((id) => (
        <input type="hidden" name="id" value={id} />
      ))}
      <p>
        {count > 0
          ? `${many(count)} still open had a mail that did not arrive; another may.`
          : 'No open invitation is helped by another mail.'}
        {unreachable > 0 &&
          ` ${many(unreachable)} ${unreachable === 1 ? 'is' : 'are'} left out: the address takes no mail, or its owner complained. Revoke and invite another address.`}
        {pause !== null && count > 0 && ' While sending is paused none can be resent.'}
        {count > 0 && !mayResend && ' Whoever manages members can resend them.'}
      </p>
      {count > 0 && mayResend && pause === null && (
        <button type="submit">
          {count > atOnce ? `Resend the first ${atOnce}` : count === 1 ? 'Resend it' : `Resend all ${count}`}
        </button>
      )}
    </form>
  )
}

/** Mails that did not arrive or were not wanted, and what to do about them. */
export const Failures: FC<Props> = (props) => {
  const { failures, slug, now } = props
  return (
    <div class="card failed-mails">
      <h2>Recent failures</h2>
      <ResendAll {...props} />
      {failures.length === 0 ? (
        <p class="muted">No mail has failed, bounced or been complained about in {LATELY_DAYS} days.</p>
      ) : (
        <div class="table slim">
          <table>
            <thead>
              <tr>
                <th scope="col">Address</th>
                <th scope="col">What</th>
                <th scope="col">Why</th>
                <th scope="col">When</th>
              </tr>
            </thead>
            <tbody>
              {failures.map((failure) => (
                <Row failure={failure} slug={slug} now={now} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  )
}
