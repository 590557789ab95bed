import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { Console, type Place } from '../console'
import { type Event, Events } from './events'
import { Filters, isFiltered, type LogAddress, swap } from './filters'

export type LogProps = {
  list: LogAddress
  events: readonly Event[]
  newer: string | null
  older: string | null
  /** This very page's address, to which the list refreshes itself. */
  self: string
}

const Empty: FC<{ list: LogAddress }> = ({ list }) => {
  const { from, to } = list.filter
  if (!isFiltered(list)) {
    return (
      <div class="empty">
        <p>Nothing has happened here yet.</p>
      </div>
    )
  }
  return (
    <div class="empty">
      <p>
        {from && to && from > to ? 'The period ends before it begins.' : 'Nothing that happened matches.'}
      </p>
      <small>Actor and target are found by what their names begin with, as they were when it happened.</small>
      <a {...swap(paths.auditLog(list.slug))}>Clear the filters</a>
    </div>
  )
}

const Pages: FC<{ newer: string | null; older: string | null }> = ({ newer, older }) =>
  newer || older ? (
    <nav class="pages" aria-label="Pages">
      {newer && (
        <a class="button outline small" {...swap(newer)} rel="prev">
          Newer
        </a>
      )}
      {older && (
        <a class="button outline small" {...swap(older)} rel="next">
          Older
        </a>
      )}
    </nav>
  ) : null

/** The part of the page that changes: filters and events. */
export const AuditLog: FC<LogProps & { place: Place }> = ({ place, list, events, newer, older, self }) => (
  <section
    id="audit-log"
    data-list
    aria-label="Events"
    tabindex={-1}
    hx-get={self}
    hx-trigger="list-changed from:document"
    hx-target="this"
    hx-sync="this:drop"
  >
    <Filters list={list} exportable={events.length > 0} />
    {events.length > 0 ? (
      <>
        <Events events={events} list={list} role={place.actor.role} />
        <Pages newer={newer} older={older} />
      </>
    ) : (
      <Empty list={list} />
    )}
  </section>
)

export const AuditLogPage: FC<LogProps & { place: Place }> = ({ place, ...props }) => {
  const { slug, timeZone } = place.organization
  return (
    <Console place={place} title="Audit log" current={paths.auditLog(slug)}>
      <header class="page">
        <h1>Audit log</h1>
      </header>
      <p class="lead">Who did what to whom, newest first. Days and times are of {timeZone}.</p>
      <AuditLog {...props} place={place} />
    </Console>
  )
}
