import type { Child, FC } from 'hono/jsx'
import { can } from '../../src/rules/permissions'
import { Console, type Place, settingsEntries } from '../console'
import type { Notice } from '../parts'

type Props = { place: Place; title: string; current: string; notice?: Notice | null; children?: Child }

/** A page of the settings, below the tabs that join those this person may open. */
export const SettingsLayout: FC<Props> = ({ place, title, current, notice, children }) => (
  <Console place={place} title={title} current={current} notice={notice ?? null}>
    <header class="page">
      <h1>Settings</h1>
    </header>
    <nav class="tabs" aria-label="Settings">
      {settingsEntries(place.organization.slug)
        .filter(({ needs }) => can(place.actor.role, needs))
        .map(({ href, label }) => (
          <a href={href} aria-current={href === current ? 'page' : undefined}>
            {label}
          </a>
        ))}
    </nav>
    {children}
  </Console>
)
