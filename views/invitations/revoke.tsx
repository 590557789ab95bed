import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { InvitationStatus } from '../../src/rules/lifecycle'
import { Console, type Place } from '../console'

export type RevokeProps = {
  slug: string
  inDialog: boolean
  targets: { id: string; typed: string; status: InvitationStatus }[]
  /** The page it was opened from, and its word. */
  back: string
  from: string
  change: string
}

/** Asks before what is final, and names whom it concerns. */
export const RevokeForm: FC<RevokeProps> = ({ slug, inDialog, targets, back, from, change }) => {
  const one = targets.length === 1
  // Nothing was sent of what awaits approval.
  const withdrawn = targets.every(({ status }) => status === 'awaiting_approval')
  const verb = withdrawn ? 'Withdraw' : 'Revoke'
  const Heading = inDialog ? 'h2' : 'h1'
  return (
    <form
      method="post"
      action={paths.revoke(slug)}
      {...(inDialog && {
        'hx-post': paths.revoke(slug),
        'hx-swap': 'none',
        'hx-sync': 'this:drop',
      })}
    >
      <header>
        <Heading id="dialog-title">
          {one ? `${verb} this invitation?` : `${verb} ${targets.length} invitations?`}
        </Heading>
        <p>
          {withdrawn
            ? 'Nothing was sent yet. '
            : `${one ? 'Its link stops' : 'Their links stop'} working at once. `}
          This is final: to bring somebody back, invite them again.
        </p>
      </header>
      <div>
        <input type="hidden" name="change" value={change} />
        <input type="hidden" name="from" value={from} />
        {withdrawn && <input type="hidden" name="withdrawn" value="1" />}
        <ul class="targets" tabindex={0} aria-label={`Invitations to ${verb.toLowerCase()}`}>
          {targets.map((target) => (
            <li>
              <input type="hidden" name="id" value={target.id} />
              {target.typed}
            </li>
          ))}
        </ul>
      </div>
      <footer>
        {inDialog ? (
          <button type="button" class="outline" data-close-dialog autofocus>
            Cancel
          </button>
        ) : (
          <a class="button outline" href={back}>
            Cancel
          </a>
        )}
        <button type="submit" data-variant="danger">
          {verb}
        </button>
      </footer>
    </form>
  )
}

export const RevokePage: FC<RevokeProps & { place: Place }> = ({ place, ...props }) => (
  <Console place={place} title="Revoke" current={paths.invitations(place.organization.slug)}>
    <div class="card narrow">
      <RevokeForm {...props} />
    </div>
  </Console>
)
