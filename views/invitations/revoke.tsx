import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { Console, type Place } from '../console'

export type RevokeProps = {
  slug: string
  inDialog: boolean
  targets: { id: string; typed: string }[]
  /** The page it was opened from, and its word. */
  back: string
  from: string
  change: string
}

/** Asks before what is final, and names whom it concerns. */
export const RevokeForm: FC<RevokeProps> = ({ slug, inDialog, targets, back, from, change }) => {
  const one = targets.length === 1
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
          {one ? 'Revoke this invitation?' : `Revoke ${targets.length} invitations?`}
        </Heading>
        <p>
          {one ? 'Its link stops' : 'Their links stop'} working at once. This is final: to bring somebody
          back, invite them again.
        </p>
      </header>
      <div>
        <input type="hidden" name="change" value={change} />
        <input type="hidden" name="from" value={from} />
        <ul class="targets" tabindex={0} aria-label="Invitations to revoke">
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
          Revoke
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
