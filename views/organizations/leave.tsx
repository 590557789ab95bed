import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { can } from '../../src/rules/permissions'
import { Console, type Place } from '../console'
import { DialogForm } from '../dialog'

export type LeaveProps = {
  place: Place
  inDialog: boolean
  isLastOwner: boolean
  /** Whether the account belongs to this organization alone and goes with the membership. */
  isOwnAccount: boolean
  change: string
}

/** Asks before what is final; tells the last owner what to do first. */
export const LeaveForm: FC<LeaveProps> = ({ place, inDialog, isLastOwner, isOwnAccount, change }) => {
  const { name, slug } = place.organization
  const rest = { action: paths.leave(slug), back: paths.home(slug), inDialog, change }
  if (isLastOwner)
    return (
      <DialogForm {...rest} title="You are the last owner" submit={null}>
        <p>
          <strong>{name}</strong> always has an active owner, so you cannot leave yet. Make somebody else an
          owner under <a href={paths.members(slug)}>Members</a>
          {can(place.actor.role, 'organization:delete') && (
            <>
              , or <a href={paths.deletion(slug)}>delete the organization</a>
            </>
          )}
          .
        </p>
      </DialogForm>
    )
  return (
    <DialogForm {...rest} title={`Leave ${name}?`} submit="Leave" danger>
      <p>
        You lose your role and your teams there at once. This is final: to come back, you need a new
        invitation.
      </p>
      {isOwnAccount && <p>Your account belongs to {name} alone. It is closed, and you are signed out.</p>}
    </DialogForm>
  )
}

export const LeavePage: FC<LeaveProps> = (props) => (
  <Console place={props.place} title="Leave" current="">
    <div class="card narrow">
      <LeaveForm {...props} />
    </div>
  </Console>
)
