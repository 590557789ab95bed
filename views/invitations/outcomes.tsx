import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { type ChangeOutcome, changeReason } from '../../src/rules/outcomes'
import { Console, type Place } from '../console'
import type { Way } from '../parts'
import { seatWays } from '../seats'

type Refused = Exclude<ChangeOutcome, { kind: 'done' }>
type Props = { place: Place; words: string; refused: Refused[]; upgradeUrl: string | null }

/** Where to go from what was not done to one invitation. */
export const waysOf = (outcome: Refused, slug: string, upgradeUrl: string | null): Way[] => {
  if (outcome.kind === 'no_seat_left') return seatWays(slug, upgradeUrl)
  return outcome.kind === 'accepted' && outcome.userId
    ? [{ href: paths.member(slug, outcome.userId), label: 'See the member' }]
    : []
}

/** What a change of several did and did not do, where there is no script to show it in place. */
export const OutcomesPage: FC<Props> = ({ place, words, refused, upgradeUrl }) => {
  const { slug } = place.organization
  return (
    <Console place={place} title="Invitations" current={paths.invitations(slug)}>
      <div class="card narrow">
        <h1>{words}</h1>
        <ul class="failures">
          {refused.map((outcome) => (
            <li>
              <span class="address">
                {'address' in outcome ? (
                  <a href={paths.invitation(slug, outcome.id)}>{outcome.address}</a>
                ) : (
                  outcome.id
                )}
              </span>
              <span class="why">{changeReason(outcome)}</span>
              <span class="ways">
                {waysOf(outcome, slug, upgradeUrl).map(({ href, label }) => (
                  <a href={href}>{label}</a>
                ))}
              </span>
            </li>
          ))}
        </ul>
        <a class="button" href={paths.invitations(slug)}>
          Back to invitations
        </a>
      </div>
    </Console>
  )
}
