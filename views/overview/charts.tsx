import { type FC, useContext } from 'hono/jsx'
import { dayWords } from '../../src/rules/dates'
import type { Day, Step } from '../../src/rules/overview'
import { TimeZone } from '../parts'

/** Steps with a bar for each; the table is what is read out, the bars only show it. */
export const Funnel: FC<{ steps: Step[] }> = ({ steps }) => {
  const [{ count: whole } = { count: 0 }] = steps
  return (
    <>
      <table class="funnel" aria-labelledby="funnel">
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Step</th>
            <td></td>
            <th scope="col">Invitations</th>
            <th scope="col">Of those sent</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ name, count, percent }) => (
            <tr>
              <th scope="row">{name}</th>
              <td class="bar">
                <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                  <rect width="100" height="1" />
                  <rect class="part" width={whole > 0 ? (100 * count) / whole : 0} height="1" />
                </svg>
              </td>
              <td>{count.toLocaleString('en-US')}</td>
              <td class="muted">{percent}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {steps.map(({ note }) => note && <p class="muted">{note}</p>)}
    </>
  )
}

/** How high the chart is drawn, in its own units; a day without any still has a line to stand on. */
const HEIGHT = 100
const LEAST = 1

const people = (n: number): string => `${n.toLocaleString('en-US')} accepted`

/** A column a day, and the same as a table for who does not see it. */
export const DayChart: FC<{ days: Day[] }> = ({ days }) => {
  const timeZone = useContext(TimeZone)
  const words = (day: Day | undefined) => (day ? dayWords(day.start, timeZone) : '')
  const most = days.reduce((best, day) => (day.count > best.count ? day : best))
  const total = days.reduce((sum, { count }) => sum + count, 0)
  const [first, last] = [words(days[0]), words(days.at(-1))]
  return (
    <figure class="days">
      <p class="most" aria-hidden="true">
        {most.count.toLocaleString('en-US')}
      </p>
      <svg
        viewBox={`0 0 ${days.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-labelledby="days-title days-desc"
      >
        <title id="days-title">Acceptances a day</title>
        <desc id="days-desc">
          {`${people(total)} from ${first} to ${last}; most on ${words(most)}: ${most.count.toLocaleString('en-US')}.`}
        </desc>
        {days.map((day, at) => {
          const height = Math.max(LEAST, (HEIGHT * day.count) / Math.max(1, most.count))
          return (
            <g>
              <title>{`${words(day)}: ${people(day.count)}`}</title>
              <rect class="day" x={at} width="1" height={HEIGHT} />
              <rect
                class={day.count > 0 ? 'part' : undefined}
                x={at + 0.14}
                y={HEIGHT - height}
                width="0.72"
                height={height}
              />
            </g>
          )
        })}
      </svg>
      <figcaption aria-hidden="true">
        <span>{first}</span>
        <span>{last}</span>
      </figcaption>
      <div class="visually-hidden">
        <table>
          <caption>Acceptances a day</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Accepted</th>
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr>
                <th scope="row">{words(day)}</th>
                <td>{day.count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  )
}
