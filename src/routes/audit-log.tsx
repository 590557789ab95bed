import { Hono } from 'hono'
import { AuditLog, AuditLogPage, type LogProps } from '../../views/audit-log/page'
import { Part } from '../../views/console'
import { log } from '../log'
import { paths } from '../paths'
import { type AuditEvent, type AuditFilter, detailLine, nameSearch, parseAction } from '../rules/audit'
import { CSV_START, csvLine } from '../rules/csv'
import { dayOf, parseDay } from '../rules/days'
import { type Cursor, decodeCursor, encodeCursor } from '../rules/lists'
import { tidyName } from '../rules/names'
import { plainSentence } from '../rules/sentences'
import { exportAuditLog, type ListedEvent, listAuditLog } from '../usecases/audit'
import { placeOfRequest } from './organization'
import { type AppEnv, type Request, wantsPartial } from './request'

const PAGE = 50

const filterOf = (c: Request): AuditFilter => ({
  actor: nameSearch(c.req.query('actor') ?? ''),
  action: parseAction(c.req.query('action') ?? ''),
  target: nameSearch(c.req.query('target') ?? ''),
  from: parseDay(c.req.query('from') ?? ''),
  to: parseDay(c.req.query('to') ?? ''),
})

/** The place that a page begins or ends at: a moment and an event's id. */
const cursorOf = (c: Request): Cursor | null => {
  const cursor = decodeCursor(c.req.query('page') ?? '')
  return typeof cursor?.value === 'number' ? cursor : null
}

const logProps = async (c: Request): Promise<LogProps> => {
  const { org } = c.var
  const filter = filterOf(c)
  const asked = cursorOf(c)
  const found = await listAuditLog(org, { ...filter, cursor: asked, limit: PAGE })
  // Where the page asked for is none, it is the first.
  const cursor = found.events.length > 0 ? asked : null
  const { events, more } =
    cursor === asked ? found : await listAuditLog(org, { ...filter, cursor, limit: PAGE })
  const { slug } = org.organization
  const url = (page: string | null) => paths.auditLog(slug, { ...filter, page })
  const link = (event: ListedEvent | undefined, side: Cursor['side'], there: boolean) =>
    event && there ? url(encodeCursor({ side, value: event.at, id: event.id })) : null
  const backwards = cursor?.side === 'before'
  return {
    list: { slug, filter },
    events,
    newer: link(events[0], 'before', backwards ? more : cursor !== null),
    older: link(events.at(-1), 'after', backwards || more),
    self: url(cursor && encodeCursor(cursor)),
  }
}

const HEAD = ['Time', 'Actor', 'Actor kind', 'Action', 'Target kind', 'Target', 'Sentence', 'Detail']

const linesOf = (events: readonly AuditEvent[], timeZone: string): string =>
  events
    .map((event) => {
      const { at, action, actor, target } = event
      const told = [actor.name, actor.kind, action, target.kind, target.name, plainSentence(event, timeZone)]
      return csvLine([new Date(at).toISOString(), ...told.map(tidyName), detailLine(event)])
    })
    .join('')

/** The file in pieces. An error is one of the reader's as well: half a file must not look like a whole one. */
async function* fileOf(first: readonly AuditEvent[], rest: AsyncIterable<AuditEvent[]>, timeZone: string) {
  const encoder = new TextEncoder()
  try {
    yield encoder.encode(CSV_START + csvLine(HEAD) + linesOf(first, timeZone))
    for await (const events of rest) yield encoder.encode(linesOf(events, timeZone))
  } catch (error) {
    log.error('audit-log.export', error)
    throw error
  }
}

/** Reads no further than the network takes; what fails breaks the stream off. */
const streamOf = (parts: AsyncGenerator<Uint8Array, void>): ReadableStream<Uint8Array> =>
  new ReadableStream(
    {
      pull: async (controller) => {
        const { done, value } = await parts.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: () => void parts.return(),
    },
    { highWaterMark: 0 },
  )

export const auditLog = new Hono<AppEnv>()
  .get('/audit-log', async (c) => {
    const props = await logProps(c)
    const place = placeOfRequest(c)
    return wantsPartial(c)
      ? c.html(
          <Part place={place}>
            <AuditLog {...props} place={place} />
          </Part>,
        )
      : c.html(<AuditLogPage {...props} place={place} />)
  })
  .get('/audit-log.csv', async (c) => {
    const { slug, timeZone } = c.var.org.organization
    const chunks = exportAuditLog(c.var.org, filterOf(c))
    // What is refused, or cannot be read at all, is so before anything is sent.
    const first = await chunks.next()
    c.header('Content-Type', 'text/csv; charset=utf-8')
    c.header(
      'Content-Disposition',
      `attachment; filename="${slug}-audit-log-${dayOf(c.var.org.now, timeZone)}.csv"`,
    )
    return c.body(streamOf(fileOf(first.value ?? [], chunks, timeZone)))
  })
