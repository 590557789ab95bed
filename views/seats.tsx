import type { FC } from 'hono/jsx'
import { paths } from '../src/paths'
import type { Way } from './parts'

export type Seats = { taken: number; limit: number | null }

type Props = {
  seats: Seats
  slug: string
  /** Where more seats are to be had, or null. */
  upgradeUrl: string | null
  /** On the page of the members themselves, which needs no link to it. */
  onMembers?: boolean
}

/** What can be done where seats run out: the members, one of whom may leave a seat, and more seats where they are sold. */
export const seatWays = (slug: string, upgradeUrl: string | null): Way[] => [
  { href: paths.members(slug), label: 'Members' },
  ...(upgradeUrl ? [{ href: upgradeUrl, label: 'Upgrade' }] : []),
]

export const SeatRemedies: FC<Omit<Props, 'seats'>> = ({ slug, upgradeUrl, onMembers = false }) => (
  <>
    {seatWays(slug, upgradeUrl)
      .filter(({ href }) => !onMembers || href !== paths.members(slug))
      .map(({ href, label }) => (
        <a href={href}>{label}</a>
      ))}
  </>
)

/** From here on seats count as running out. */
const nearly = (limit: number): number => Math.max(1, Math.min(limit - 1, Math.ceil(limit * 0.9)))

const number = (n: number): string => n.toLocaleString('en-US')

/** `7 of 10 seats` with a bar, and what to do once they run out; nothing where there is no limit. */
export const SeatBar: FC<Props> = ({ seats: { taken, limit }, ...remedies }) => {
  if (limit === null) return null
  const state = taken >= limit ? 'full' : taken >= nearly(limit) ? 'nearly' : 'free'
  return (
    <div class="seats" data-state={state}>
      <p>
        <span id="seats-words">
          {number(taken)} of {number(limit)} {limit === 1 ? 'seat' : 'seats'}
        </span>
        {state === 'full' && <strong>No seat left</strong>}
        {state !== 'free' && <SeatRemedies {...remedies} />}
      </p>
      <meter
        min={0}
        max={limit}
        value={Math.min(taken, limit)}
        low={nearly(limit) - 0.5}
        high={limit - 0.5}
        optimum={0}
        aria-labelledby="seats-words"
      ></meter>
    </div>
  )
}
