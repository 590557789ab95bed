import { type FC, useContext } from 'hono/jsx'
import { paths } from '../../src/paths'
import { dayWords, exactWords, timeWords } from '../../src/rules/dates'
import { type Entry, type Generation, ordinal } from '../../src/rules/timeline'
import { ListLink } from '../lists'
import { TimeZone } from '../parts'

/** A day and time; the day says its year, since a life may be long. */
const Moment: FC<{ at: number }> = ({ at }) => {
  const timeZone = useContext(TimeZone)
  return (
    <time datetime={new Date(at).toISOString()} title={exactWords(at, timeZone)}>
      {dayWords(at, timeZone)}, {timeWords(at, timeZone)}
    </time>
  )
}

const TimelineEntry: FC<{ entry: Entry }> = ({ entry: { at, tone, words, reason } }) => (
  <li data-tone={tone}>
    <p>{words.map((piece) => (typeof piece === 'string' ? piece : <bdi>{piece.text}</bdi>))}</p>
    {at !== null && <Moment at={at} />}
    {reason && <p class="why">{reason}</p>}
  </li>
)

const GenerationPart: FC<{ generation: Generation }> = ({ generation }) => {
  const { number, at, by, asked, entries } = generation
  const timeZone = useContext(TimeZone)
  return (
    <section class="generation" id={`mail-${number}`}>
      <h3>
        {asked ? 'Asked for' : `${ordinal(number)} mail`}
        {by !== null && (
          <>
            {asked ? ' by ' : ', sent by '}
            <bdi>{by}</bdi>
          </>
        )}
        {at !== null && `, ${dayWords(at, timeZone)}`}
      </h3>
      {entries.length > 0 ? (
        <ol class="timeline">
          {entries.map((entry) => (
            <TimelineEntry entry={entry} />
          ))}
        </ol>
      ) : (
        <p class="muted">Nothing else was written down.</p>
      )}
    </section>
  )
}

export type TimelineProps = {
  slug: string
  id: string
  typedAddress: string
  generations: readonly Generation[]
  /** How many mails came before those shown, and the first that is. */
  earlier: number
  from: number
  isNewest: boolean
  /** There is more in these than is shown. */
  cut: boolean
  seesAuditLog: boolean
}

/** What happened to an invitation: a part for each mail, the newest first. */
export const Timeline: FC<TimelineProps> = (props) => {
  const { slug, id, generations, earlier, from, isNewest, cut } = props
  return (
    <section class="card life" aria-labelledby="life">
      <h2 id="life">Timeline</h2>
      {!isNewest && (
        <p class="more">
          <ListLink list="invitation" href={paths.invitation(slug, id)}>
            Back to the newest mail
          </ListLink>
        </p>
      )}
      {generations.map((generation) => (
        <GenerationPart generation={generation} />
      ))}
      {cut && (
        <p class="more">
          More happened than is shown here.{' '}
          {props.seesAuditLog && (
            <a href={paths.auditLog(slug, { target: props.typedAddress })}>See all of it in the audit log</a>
          )}
        </p>
      )}
      {earlier > 0 && (
        <p class="more">
          {earlier === 1 ? '1 earlier mail' : `${earlier} earlier mails`}.{' '}
          <ListLink list="invitation" href={paths.invitation(slug, id, { before: from })}>
            Show earlier
          </ListLink>
        </p>
      )}
    </section>
  )
}
