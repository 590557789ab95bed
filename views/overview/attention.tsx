import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { ApprovalActions } from '../../src/rules/approval'
import type { InviterLoss } from '../../src/rules/inviter'
import type { Bounce, DeliveryState, InvitationStatus } from '../../src/rules/lifecycle'
import { COUNT_LIMIT } from '../../src/rules/lists'
import { type Attention, attentionWords } from '../../src/rules/overview'
import { RowActions } from '../invitations/row'
import { Address, Badge } from '../parts'

export type AttentionRow = {
  id: string
  kind: Attention
  typedAddress: string
  status: InvitationStatus
  sentAt: number
  expiresAt: number
  openedAt: number | null
  mailState: DeliveryState
  mailBounce: Bounce | null
  mailReason: string | null
  inviterLoss?: InviterLoss
  inviterName: string
  roleName: string
  approvalReason: string | null
  version: string
  approval: ApprovalActions
  /** Whether whoever looks may give its role, and so resend and edit it. */
  grantable: boolean
}

const BADGES = {
  approval: ['warning', 'Awaiting approval'],
  inviter_lost: ['danger', 'Cannot be accepted'],
  bounced: ['danger', 'Bounced'],
  complained: ['danger', 'Complained'],
  failed: ['danger', 'Failed'],
  expiring: ['warning', 'Expires soon'],
  waiting: ['secondary', 'No answer'],
} as const satisfies Record<Attention, readonly [string, string]>

const Item: FC<{ row: AttentionRow; slug: string; now: number }> = ({ row, slug, now }) => {
  const [variant, words] = BADGES[row.kind]
  return (
    <li id={`invitation-${row.id}`}>
      <div>
        <strong>
          <a href={paths.invitation(slug, row.id)}>
            <Address typed={row.typedAddress} />
          </a>
        </strong>{' '}
        <Badge variant={variant}>{words}</Badge>
        <p>{attentionWords(row, now)}</p>
      </div>
      <div class="ways">
        <RowActions row={{ ...row, acceptedBy: null }} slug={slug} from="overview" />
      </div>
    </li>
  )
}

type Props = {
  rows: AttentionRow[]
  more: boolean
  /** How many await approval at all. */
  awaiting: number
  slug: string
  now: number
  change: string
}

/** Invitations that somebody should do something about, the most urgent first, with what can be done right there. */
export const NeedsAttention: FC<Props> = ({ rows, more, awaiting, slug, now, change }) => (
  <section class="card attention" aria-labelledby="attention">
    <h2 id="attention">
      Needs attention {rows.length > 0 && <span class="count">{more ? `${rows.length}+` : rows.length}</span>}
    </h2>
    {rows.length === 0 ? (
      <p class="muted">Nothing at the moment: no mail went wrong, and no invitation waits for long.</p>
    ) : (
      <form method="post">
        <input type="hidden" name="change" value={change} />
        <input type="hidden" name="from" value="overview" />
        <ul>
          {rows.map((row) => (
            <Item row={row} slug={slug} now={now} />
          ))}
        </ul>
      </form>
    )}
    {awaiting > rows.filter(({ kind }) => kind === 'approval').length && (
      <p class="all">
        <a href={paths.invitations(slug, { sort: 'status' })}>
          {awaiting === 1
            ? 'One invitation awaits approval'
            : `${awaiting < COUNT_LIMIT ? awaiting : `${COUNT_LIMIT - 1}+`} invitations await approval`}
        </a>
      </p>
    )}
    {more && (
      <p class="all">
        <a href={paths.invitations(slug, { sort: 'expires' })}>All outstanding invitations</a>
      </p>
    )}
  </section>
)
