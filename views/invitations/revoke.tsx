import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { InvitationStatus } from '../../src/rules/lifecycle'
import { Console, type Place } from '../console'
import { DialogForm } from '../dialog'
import { type ConfirmProps, Targets } from './targets'

export type RevokeProps = ConfirmProps<{ id: string; typed: string; status: InvitationStatus }>

/** Asks before what is final, and names whom it concerns. */
export const RevokeForm: FC<RevokeProps> = ({ slug, targets, from, ...props }) => {
  const one = targets.length === 1
  // Nothing was sent of what awaits approval.
  const withdrawn = targets.every(({ status }) => status === 'awaiting_approval')
  const verb = withdrawn ? 'Withdraw' : 'Revoke'
  return (
    <DialogForm
      {...props}
      action={paths.revoke(slug)}
      title={one ? `${verb} this invitation?` : `${verb} ${targets.length} invitations?`}
      lead={`${
        withdrawn
          ? 'Nothing was sent yet.'
          : `${one ? 'Its link stops' : 'Their links stop'} working at once.`
      } This is final: to bring somebody back, invite them again.`}
      submit={verb}
      danger
    >
      {withdrawn && <input type="hidden" name="withdrawn" value="1" />}
      <Targets from={from} label={`Invitations to ${verb.toLowerCase()}`} targets={targets} />
    </DialogForm>
  )
}

export const RevokePage: FC<RevokeProps & { place: Place }> = ({ place, ...props }) => (
  <Console place={place} title="Revoke" current={paths.invitations(place.organization.slug)}>
    <div class="card narrow">
      <RevokeForm {...props} />
    </div>
  </Console>
)
