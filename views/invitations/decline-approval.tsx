import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { Console, type Place } from '../console'
import { DialogForm } from '../dialog'
import { type ConfirmProps, Targets } from './targets'

export type DeclineProps = ConfirmProps<{ id: string; typed: string }>

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
      <Targets from={from} label="Invitations to decline" targets={targets} />
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
