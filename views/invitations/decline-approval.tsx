import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { Console, type Place } from '../console'
import { DialogForm } from '../dialog'

export type DeclineProps = {
  slug: string
  inDialog: boolean
  targets: { id: string; typed: string }[]
  /** The page it was opened from, and its word. */
  back: string
  from: string
  change: string
}

/** Asks before what is final, and names whom it concerns. */
export const DeclineForm: FC<DeclineProps> = ({ slug, targets, from, ...props }) => {
  const one = targets.length === 1
  return (
    <DialogForm
      {...props}
      action={paths.declineApproval(slug)}
      title={one ? 'Decline this invitation?' : `Decline ${targets.length} invitations?`}
      lead={`Nothing is sent, and whoever asked is told that you declined. This is final; ${
        one ? 'the address' : 'each address'
      } can be invited anew.`}
      submit="Decline"
      danger
    >
      <input type="hidden" name="from" value={from} />
      <ul class="targets" tabindex={0} aria-label="Invitations to decline">
        {targets.map((target) => (
          <li>
            <input type="hidden" name="id" value={target.id} />
            {target.typed}
          </li>
        ))}
      </ul>
    </DialogForm>
  )
}

export const DeclinePage: FC<DeclineProps & { place: Place }> = ({ place, ...props }) => (
  <Console place={place} title="Decline" current={paths.invitations(place.organization.slug)}>
    <div class="card narrow">
      <DeclineForm {...props} />
    </div>
  </Console>
)
