import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'

type Props = {
  slug: string
  /** The word of the page that the form was opened from. */
  from: string
  current: 'email' | 'import'
  inDialog: boolean
}

/** The two ways to get people in: by mail, and out of the directory. */
export const InviteTabs: FC<Props> = ({ slug, from, current, inDialog }) => {
  const tabs = [
    { key: 'email', href: paths.invite(slug, { from }), label: 'Invite by email' },
    { key: 'import', href: paths.importPeople(slug, { from }), label: 'Import from directory' },
  ]
  return (
    <nav class="tabs" aria-label="Ways to get people in">
      {tabs.map(({ key, href, label }) => (
        <a
          href={href}
          aria-current={key === current ? 'page' : undefined}
          {...(inDialog && { 'hx-get': href, 'hx-target': '#dialog-content', 'hx-swap': 'innerHTML' })}
        >
          {label}
        </a>
      ))}
    </nav>
  )
}
