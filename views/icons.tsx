import type { FC } from 'hono/jsx'

/** What each icon is drawn with, on a field of 24 by 24. */
const STROKES = {
  overview: 'M4 19V11M10 19V5M16 19v-6M22 19H2',
  members:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c.4-3.4 3-5.5 6.5-5.5s6.1 2.1 6.5 5.5M16 4.4a3.5 3.5 0 0 1 0 6.2M18 15c2 .8 3.2 2.6 3.5 5',
  invitations: 'M3 6.5h18v12H3zM3.5 7l8.5 6.5L20.5 7',
  teams: 'M4 4h7v7H4zM13 13h7v7h-7zM16.5 4v5M14 6.5h5M7.5 15v5M5 17.5h5',
  roles: 'M12 3l7.5 3v5.5c0 4.6-3 7.8-7.5 9.5-4.5-1.7-7.5-4.9-7.5-9.500V6zM9 12l2.2 2.200L15.5 10',
  audit: 'M6 3h9l4 4v14H6zM9.5 11h6M9.5 15h6M9.5 7.500h2',
  settings:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM9 19.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  home: 'M4 11l8-7 8 7v9h-5.500v-6h-5v6H4z',
  menu: 'M4 7h16M4 12h16M4 17h16',
  choose: 'M8 9.500l4-4 4 4M8 14.500l4 4 4-4',
  chosen: 'M5 12.500l4.5 4.500L19 7.5',
  add: 'M12 5v14M5 12h14',
  account:
    'M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.8-3.700 3.800-5.700 7.500-5.700s6.700 2 7.500 5.700',
  security: 'M5.500 11h13v9.500h-13zM8.500 11V7.500a3.500 3.500 0 0 1 7 0V11M12 14.500v2.500',
  leave: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9.5',
} as const

export type IconName = keyof typeof STROKES

/** A drawing beside words that say the same. */
export const Icon: FC<{ name: IconName }> = ({ name }) => (
  <svg
    class="icon"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.75"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={STROKES[name]} />
  </svg>
)
