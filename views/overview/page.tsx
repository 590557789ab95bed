import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { Console, type Place } from '../console'
import { InviteButton } from '../invitations/page'
import type { Notice } from '../parts'
import { SeatBar, type Seats } from '../seats'
import { type AttentionRow, NeedsAttention } from './attention'
import { Numbers, type NumbersProps } from './numbers'

export type OverviewProps = NumbersProps & {
  attention: AttentionRow[]
  /** There are more than are shown. */
  more: boolean
  /** How many await approval at all. */
  awaiting: number
  seats: Seats
  /** Where more seats are to be had, or null. */
  upgradeUrl: string | null
  now: number
  change: string
  /** This very page's address, to which it refreshes itself. */
  self: string
}

/** Nothing was sent, and nothing is left from before: all there is to do is to invite. */
const isQuiet = ({ attention, awaiting, funnel, days, filters }: OverviewProps): boolean =>
  attention.length + awaiting === 0 &&
  funnel.every(({ count }) => count === 0) &&
  days.every(({ count }) => count === 0) &&
  Object.values(filters).every((filter) => filter === '')

/** The part of the page that changes, which is all of it. */
export const Overview: FC<OverviewProps> = (props) => {
  const { attention, more, awaiting, seats, upgradeUrl, now, change, self, slug } = props
  return (
    <section
      id="overview"
      data-list
      aria-label="Overview"
      tabindex={-1}
      hx-get={self}
      hx-trigger="list-changed from:document"
      hx-target="this"
      hx-sync="this:drop"
    >
      <SeatBar seats={seats} slug={slug} upgradeUrl={upgradeUrl} />
      {isQuiet(props) ? (
        <div class="empty">
          <p>Nobody was invited in the last 30 days, and nobody is waiting.</p>
          <small>Here you will see which invitations need you, and how many are accepted.</small>
          <InviteButton slug={slug} from="overview" />
        </div>
      ) : (
        <>
          <NeedsAttention
            rows={attention}
            more={more}
            awaiting={awaiting}
            slug={slug}
            now={now}
            change={change}
          />
          <Numbers {...props} />
        </>
      )}
    </section>
  )
}

export const OverviewPage: FC<OverviewProps & { place: Place; notice: Notice | null }> = ({
  place,
  notice,
  ...props
}) => {
  const { slug } = place.organization
  return (
    <Console place={place} title="Overview" current={paths.home(slug)} notice={notice}>
      <header class="page">
        <h1>Overview</h1>
        <InviteButton slug={slug} from="overview" />
      </header>
      <Overview {...props} />
    </Console>
  )
}
