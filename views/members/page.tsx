import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { sortText } from '../../src/rules/lists'
import { isFiltered, PLACES } from '../../src/rules/members'
import { Console, type Place } from '../console'
import { InviteButton } from '../invitations/page'
import { FilterSelect, ListLink, Pages, swapInto } from '../lists'
import type { Notice } from '../parts'
import { PeopleTabs } from '../people'
import { SeatBar, type Seats } from '../seats'
import { type ListAddress, MemberTable, type Row, statusWords } from './table'

export type MemberListProps = {
  list: ListAddress
  rows: Row[]
  /** Whether whoever looks manages members, and so sees invitations too. */
  manages: boolean
  /** How many invitations are outstanding. */
  outstanding: number
  seats: Seats
  /** Where more seats are to be had, or null. */
  upgradeUrl: string | null
  /** What can be filtered by. */
  choices: {
    roles: readonly { key: string; name: string }[]
    teams: readonly { id: string; name: string }[]
    departments: readonly string[]
  }
  previous: string | null
  next: string | null
  change: string
  /** This very page's address, to which the list refreshes itself. */
  self: string
}

type FiltersProps = Pick<MemberListProps, 'list' | 'manages' | 'choices'>

const Filters: FC<FiltersProps> = ({ list: { slug, filters, sort }, manages, choices }) => {
  const { search, ...others } = filters
  const statuses = PLACES.filter((status) => manages || status === 'active' || status === 'inactive')
  return (
    <search class="filters">
      <form method="get" action={paths.members(slug)} {...swapInto('members', paths.members(slug))}>
        <input type="hidden" name="sort" value={sortText(sort)} />
        <input
          type="search"
          name="q"
          id="filter-q"
          value={search}
          placeholder="Name, address or domain"
          aria-label="Search members"
          maxlength={254}
          autocomplete="off"
          data-search
        />
        <details open={isFiltered({ ...others, search: '' })}>
          <summary>Filters</summary>
          <div>
            <FilterSelect
              name="status"
              label="Status"
              all="All"
              choices={statuses.map((value) => ({ value, words: statusWords(value) }))}
              chosen={filters.status ?? ''}
            />
            <FilterSelect
              name="role"
              label="Role"
              all="All roles"
              choices={choices.roles.map(({ key, name }) => ({ value: key, words: name }))}
              chosen={filters.role?.key ?? ''}
            />
            <FilterSelect
              name="team"
              label="Team"
              all="All teams"
              choices={choices.teams.map(({ id, name }) => ({ value: id, words: name }))}
              chosen={filters.team}
              gone="No longer there"
            />
            <FilterSelect
              name="department"
              label="Department"
              all="All departments"
              choices={choices.departments.map((name) => ({ value: name, words: name }))}
              chosen={filters.department}
            />
          </div>
        </details>
        <button type="submit" class="outline">
          Apply
        </button>
        {isFiltered(filters) && (
          <ListLink list="members" class="clear" href={paths.members(slug, { sort: sortText(sort) })}>
            Clear
          </ListLink>
        )}
      </form>
    </search>
  )
}

const Empty: FC<{ list: ListAddress }> = ({ list: { slug, filters } }) => {
  const { search, ...others } = filters
  return (
    <div class="empty">
      {search ? (
        <p>
          No name, address or domain here begins with <strong>{search}</strong>
          {isFiltered({ ...others, search: '' }) && ' among what the filters leave'}.
        </p>
      ) : (
        <p>Nobody here is like that.</p>
      )}
      <ListLink list="members" href={paths.members(slug)}>
        Show everybody
      </ListLink>
    </div>
  )
}

/** Said below the only row there is. */
const Alone: FC<{ slug: string }> = ({ slug }) => (
  <div class="empty">
    <p>You are the only one here.</p>
    <small>Paste addresses; each gets a mail with a link of its own.</small>
    <InviteButton slug={slug} from="members" />
  </div>
)

/** The part of the page that changes: tabs, filters and rows. */
export const MemberList: FC<MemberListProps> = (props) => {
  const { list, rows, manages, seats, upgradeUrl, previous, next, change, self } = props
  const { slug, filters } = list
  const isAlone = rows.length === 1 && manages && !isFiltered(filters) && !previous && !next
  return (
    <section
      id="members"
      data-list
      aria-label="Members"
      tabindex={-1}
      hx-get={self}
      hx-trigger="list-changed from:document"
      hx-target="this"
      hx-sync="this:drop"
    >
      {manages && <PeopleTabs slug={slug} current="members" outstanding={props.outstanding} />}
      {manages && <SeatBar seats={seats} slug={slug} upgradeUrl={upgradeUrl} onMembers />}
      <Filters list={list} manages={manages} choices={props.choices} />
      {rows.length > 0 && <MemberTable rows={rows} list={list} withActions={manages} change={change} />}
      {rows.length === 0 && <Empty list={list} />}
      {isAlone && <Alone slug={slug} />}
      <Pages list="members" previous={previous} next={next} />
    </section>
  )
}

type PageProps = MemberListProps & { place: Place; notice: Notice | null }

export const MembersPage: FC<PageProps> = ({ place, notice, ...props }) => {
  const { slug } = place.organization
  return (
    <Console place={place} title="Members" current={paths.members(slug)} notice={notice}>
      <header class="page">
        <h1>Members</h1>
        {props.manages && <InviteButton slug={slug} from="members" />}
      </header>
      <MemberList {...props} />
    </Console>
  )
}
