import type { FC } from 'hono/jsx'
import { paths } from '../src/paths'
import { COUNT_LIMIT } from '../src/rules/lists'
import { Count } from './lists'

type TabsProps = { slug: string; current: 'members' | 'invitations'; outstanding: number }

/** Joins the pages of members and of invitations, for whoever may open both. */
export const PeopleTabs: FC<TabsProps> = ({ slug, current, outstanding }) => (
  <nav class="tabs" aria-label="People">
    <a href={paths.members(slug)} aria-current={current === 'members' ? 'page' : undefined}>
      Members
    </a>
    <a href={paths.invitations(slug)} aria-current={current === 'invitations' ? 'page' : undefined}>
      Invitations <Count count={outstanding} limit={COUNT_LIMIT} />
    </a>
  </nav>
)
