import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { type ChangeOutcome, changeReason } from '../../src/rules/outcomes'
import { Console, type Place } from '../console'

type Refused = Exclude<ChangeOutcome, { kind: 'done' }>
type Props = { place: Place; words: string; refused: Refused[] }

/** What a change of several did and did not do, where there is no script to show it in place. */
export const OutcomesPage: FC<Props> = ({ place, words, refused }) => {
  const { slug } = place.organization
  return (
    <Console place={place} title="Invitations" current={paths.invitations(slug)}>
      <div class="card narrow">
        <h1>{words}</h1>
        <ul class="failures">
          {refused.map((outcome) => (
            <li>
              <span class="address">{'address' in outcome ? outcome.address : outcome.id}</span>
              <span class="why">{changeReason(outcome)}</span>
              {outcome.kind === 'accepted' && outcome.userId && (
                <a href={paths.member(slug, outcome.userId)}>See the member</a>
              )}
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
