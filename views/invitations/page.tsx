import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { TABS, type Tab } from '../../src/rules/lifecycle'
import { Console, type Place } from '../console'
import { DialogLink } from '../dialog'
import { Count, Pages } from '../lists'
import type { Notice } from '../parts'
import { PeopleTabs } from '../people'
import { SeatBar, type Seats } from '../seats'
import { isUnderWay, type Row } from './row'
import { InvitationTable, type ListAddress, sortParam, swap } from './table'

const TAB_NAMES: Record<Tab, string> = {
  outstanding: 'Outstanding',
  accepted: 'Accepted',
  revoked: 'Revoked',
  declined: 'Declined',
  all: 'All',
}

const EMPTY: Record<Tab, string> = {
  outstanding: 'Nobody is invited at the moment.',
  accepted: 'Nobody has accepted an invitation yet.',
  revoked: 'No invitation has been revoked.',
  declined: 'No invitation has been declined.',
  all: 'Nobody has been invited yet.',
}

export type ListProps = {
  list: ListAddress
  rows: Row[]
  counts: Record<Tab, number>
  countLimit: number
  seats: Seats
  /** Where more seats are to be had, or null. */
  upgradeUrl: string | null
  previous: string | null
  next: string | null
  change: string
  /** This very page's address, to which the list refreshes itself. */
  self: string
}

const Empty: FC<{ list: ListAddress }> = ({ list }) => (
  <div class="empty">
    {list.search ? (
      <>
        <p>
          No address or domain here begins with <strong>{list.search}</strong>.
        </p>
        <a {...swap(paths.invitations(list.slug, { tab: list.tab }))}>Clear the search</a>
      </>
    ) : (
      <>
        <p>{EMPTY[list.tab]}</p>
        {(list.tab === 'outstanding' || list.tab === 'all') && (
          <>
            <small>Paste addresses; each gets a mail with a link of its own.</small>
            <InviteButton slug={list.slug} />
          </>
        )}
      </>
    )}
  </div>
)

/** The part of the page that changes: tabs, search and rows. */
export const InvitationList: FC<ListProps> = ({
  list,
  rows,
  counts,
  countLimit,
  seats,
  upgradeUrl,
  previous,
  next,
  change,
  self,
}) => (
  <section
    id="invitations"
    data-list
    aria-label="Invitations"
    tabindex={-1}
    hx-get={self}
    hx-trigger="list-changed from:document"
    hx-target="this"
    hx-sync="this:drop"
    data-under-way={rows.some(isUnderWay) ? '' : undefined}
  >
    <PeopleTabs slug={list.slug} current="invitations" outstanding={counts.outstanding} />
    <SeatBar seats={seats} slug={list.slug} upgradeUrl={upgradeUrl} />
    <nav class="tabs pills" aria-label="Status">
      {TABS.map((tab) => (
        <a
          {...swap(paths.invitations(list.slug, { tab, q: list.search }))}
          aria-current={tab === list.tab ? 'page' : undefined}
        >
          {TAB_NAMES[tab]} <Count count={counts[tab]} limit={countLimit} />
        </a>
      ))}
    </nav>
    <search class="search">
      <form method="get" action={paths.invitations(list.slug)}>
        <input type="hidden" name="tab" value={list.tab} />
        <input type="hidden" name="sort" value={sortParam(list.sort, list.descending)} />
        <input
          type="search"
          name="q"
          value={list.search}
          placeholder="Address or domain"
          aria-label="Search invitations"
          maxlength={254}
          autocomplete="off"
          data-search
        />
        <button type="submit" class="outline">
          Search
        </button>
      </form>
    </search>
    {rows.length > 0 ? <InvitationTable rows={rows} list={list} change={change} /> : <Empty list={list} />}
    <Pages list="invitations" previous={previous} next={next} />
  </section>
)

/** Opens the send form, which comes back to the page it was opened `from`. */
export const InviteButton: FC<{ slug: string; from?: 'members' | 'overview' }> = ({ slug, from }) => (
  <DialogLink class="button" href={paths.invite(slug, { from })}>
    Invite users
  </DialogLink>
)

export const InvitationsPage: FC<ListProps & { place: Place; notice: Notice | null }> = ({
  place,
  notice,
  ...props
}) => (
  <Console
    place={place}
    title="Invitations"
    current={paths.invitations(place.organization.slug)}
    notice={notice}
  >
    <header class="page">
      <h1>Invitations</h1>
      <InviteButton slug={place.organization.slug} />
    </header>
    <InvitationList {...props} />
  </Console>
)
