import type { Child, FC } from 'hono/jsx'
import { paths } from '../src/paths'
import { can, type Permission } from '../src/rules/permissions'
import { Brand, Document } from './document'
import { type Notice, Toast } from './parts'

export type Place = {
  organization: { name: string; slug: string }
  actor: { name: string; address: string; role: string }
}

type Entry = { href: string; label: string; needs: Permission }

const adminEntries = (slug: string): Entry[] => [
  { href: paths.invitations(slug), label: 'Invitations', needs: 'member:manage' },
  { href: paths.apiKeys(slug), label: 'API keys', needs: 'api_key:manage' },
]

type Props = { place: Place; title: string; current: string; notice?: Notice | null; children?: Child }

/** The console around a page: sidebar with what this person may open, toasts, and the dialog that forms open in. */
export const Console: FC<Props> = ({ place, title, current, notice, children }) => {
  const { organization, actor } = place
  const entries = adminEntries(organization.slug).filter((entry) => can(actor.role, entry.needs))
  const link = (href: string, label: string) => (
    <li>
      <a href={href} aria-current={href === current ? 'page' : undefined} title={label}>
        {label}
      </a>
    </li>
  )
  return (
    <Document title={`${title} · ${organization.name}`} class="console" scripts>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="sidebar">
        <Brand />
        <nav aria-label="Main">
          <ul>{link(paths.home(organization.slug), organization.name)}</ul>
          {entries.length > 0 && (
            <>
              <h2 id="nav-admin">Admin</h2>
              <ul aria-labelledby="nav-admin">{entries.map(({ href, label }) => link(href, label))}</ul>
            </>
          )}
        </nav>
        <form method="post" action={paths.signOut} class="account">
          <span class="who">
            <strong>{actor.name}</strong>
            <small>{actor.address}</small>
          </span>
          <button type="submit" class="ghost small">
            Sign out
          </button>
        </form>
      </header>
      <main id="main">{children}</main>
      <div id="toasts" role="status">
        {notice && <Toast notice={notice} />}
      </div>
      <dialog id="dialog" aria-labelledby="dialog-title">
        <div id="dialog-content"></div>
      </dialog>
    </Document>
  )
}
