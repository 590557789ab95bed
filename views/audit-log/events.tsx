import { type FC, useContext } from 'hono/jsx'
import { paths } from '../../src/paths'
import { type AuditEvent, rawDetail } from '../../src/rules/audit'
import { dayWords, exactWords, timeWords } from '../../src/rules/dates'
import { can, type Permission, type Role } from '../../src/rules/permissions'
import type { Piece } from '../../src/rules/pieces'
import { sentence } from '../../src/rules/sentences'
import { TimeZone } from '../parts'
import { type LogAddress, swap } from './filters'

/** `there`: what it is about still exists. */
export type Event = AuditEvent & { there: boolean }

type Page = { label: string; needs: Permission; href: (slug: string, target: AuditEvent['target']) => string }

/** Where each kind of target has a page. */
const PAGES: ReadonlyMap<string, Page> = new Map([
  [
    'member',
    { label: 'See the member', needs: 'member:read', href: (slug, { id }) => paths.member(slug, id) },
  ],
  [
    'invitation',
    {
      label: 'See the invitation',
      needs: 'member:manage',
      href: (slug, { id }) => paths.invitation(slug, id),
    },
  ],
  [
    'team',
    {
      label: 'See its members',
      needs: 'member:read',
      href: (slug, { id }) => paths.members(slug, { team: id }),
    },
  ],
  ['role', { label: 'See the roles', needs: 'member:read', href: (slug) => paths.roles(slug) }],
  ['api_key', { label: 'See the API keys', needs: 'api_key:manage', href: (slug) => paths.apiKeys(slug) }],
  [
    'organization',
    { label: 'See the settings', needs: 'settings:manage', href: (slug) => paths.settings(slug) },
  ],
])

type EventProps = { event: Event; list: LogAddress; role: Role }

/** A name leads to everything of that actor or on that target; the other filters stay. */
const Name: FC<{ piece: Exclude<Piece, string>; event: Event; list: LogAddress }> = ({
  piece: { text, of },
  event,
  list: { slug, filter },
}) => {
  if (!of) return <bdi>{text}</bdi>
  const href = paths.auditLog(slug, { ...filter, [of]: event[of].name })
  return (
    <a {...swap(href)} title={of === 'actor' ? 'Everything this actor did' : 'Everything on this target'}>
      <bdi>{text}</bdi>
    </a>
  )
}

const TargetLinks: FC<EventProps & { named: boolean }> = ({ event, list, role, named }) => {
  const page = event.there ? PAGES.get(event.target.kind) : undefined
  return (
    <>
      {!named && event.target.kind !== 'organization' && (
        <Name piece={{ text: event.target.name, of: 'target' }} event={event} list={list} />
      )}
      {page && can(role, page.needs) && <a href={page.href(list.slug, event.target)}>{page.label}</a>}
    </>
  )
}

const EventRow: FC<EventProps> = ({ event, list, role }) => {
  const timeZone = useContext(TimeZone)
  const pieces = sentence(event, timeZone)
  const named = pieces.some((piece) => typeof piece !== 'string' && piece.of === 'target')
  return (
    <li id={`event-${event.id}`}>
      <time datetime={new Date(event.at).toISOString()} title={exactWords(event.at, timeZone)}>
        {timeWords(event.at, timeZone)}
      </time>
      <p>
        {pieces.map((piece) =>
          typeof piece === 'string' ? piece : <Name piece={piece} event={event} list={list} />,
        )}
      </p>
      <div class="more">
        <details>
          <summary>Detail</summary>
          <pre tabindex={0}>
            <code>{rawDetail(event)}</code>
          </pre>
        </details>
        <TargetLinks event={event} list={list} role={role} named={named} />
      </div>
    </li>
  )
}

/** The events of a page under the days they happened on. */
export const Events: FC<{ events: readonly Event[]; list: LogAddress; role: Role }> = ({
  events,
  list,
  role,
}) => {
  const timeZone = useContext(TimeZone)
  const days = Map.groupBy(events, ({ at }) => dayWords(at, timeZone))
  return (
    <>
      {[...days].map(([day, ofDay]) => (
        <section class="events">
          <h2>{day}</h2>
          <ol class="timeline">
            {ofDay.map((event) => (
              <EventRow event={event} list={list} role={role} />
            ))}
          </ol>
        </section>
      ))}
    </>
  )
}
