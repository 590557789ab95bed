import type { Child, FC } from 'hono/jsx'
import { paths } from '../src/paths'
import { can, type Permission, type Role } from '../src/rules/permissions'
import { Brand, Document } from './document'
import { type Notice, TimeZone, Toast, When } from './parts'

/** What a page shows of where one is and as whom. */
export type Place = {
  organization: { name: string; slug: string; timeZone: string; deleteAt: number | null }
  actor: { name: string; address: string; role: Role }
  /** What the switcher offers, this organization included. */
  memberships: readonly { name: string; slug: string }[]
  mayCreateOrganization: boolean
}

type Entry = { href: string; label: string; needs: Permission }

/** The pages of the settings, each for who may open it. */
export const settingsEntries = (slug: string): Entry[] => [
  { href: paths.settings(slug), label: 'General', needs: 'settings:manage' },
  { href: paths.invitationSettings(slug), label: 'Invitations', needs: 'settings:manage' },
  { href: paths.apiKeys(slug), label: 'API keys', needs: 'api_key:manage' },
  { href: paths.deletion(slug), label: 'Deletion', needs: 'organization:delete' },
]

const adminEntries = ({ organization: { slug }, actor }: Place): Entry[] => {
  const [settings] = settingsEntries(slug).filter((entry) => can(actor.role, entry.needs))
  const entries: Entry[] = [
    { href: paths.home(slug), label: 'Overview', needs: 'member:manage' },
    { href: paths.members(slug), label: 'Members', needs: 'member:read' },
    { href: paths.invitations(slug), label: 'Invitations', needs: 'member:manage' },
    { href: paths.teams(slug), label: 'Teams', needs: 'member:read' },
    { href: paths.roles(slug), label: 'Roles', needs: 'member:read' },
    { href: paths.auditLog(slug), label: 'Audit log', needs: 'audit_log:read' },
    ...(settings ? [{ ...settings, label: 'Settings' }] : []),
  ]
  return entries.filter((entry) => can(actor.role, entry.needs))
}

/** Whether the sidebar's entry leads to the page `current`, or to the group it belongs to. */
const leadsTo = (href: string, current: string, slug: string): boolean =>
  href === current || (href !== paths.home(slug) && current.startsWith(`${href}/`))

const Switcher: FC<{ place: Place }> = ({ place }) => {
  const { organization, memberships, mayCreateOrganization } = place
  return (
    <details class="switcher">
      <summary title={organization.name}>
        <span class="name">{organization.name}</span>
      </summary>
      <ul aria-label="Organizations">
        {memberships.map(({ name, slug }) => (
          <li>
            <a
              href={paths.home(slug)}
              aria-current={slug === organization.slug ? 'true' : undefined}
              title={name}
            >
              {name}
            </a>
          </li>
        ))}
        {mayCreateOrganization && (
          <li>
            <a href={paths.newOrganization}>New organization</a>
          </li>
        )}
      </ul>
    </details>
  )
}

const DeletionBanner: FC<{ place: Place; at: number }> = ({ place, at }) => (
  <div class="banner" data-variant="danger">
    <p>
      {place.organization.name} will be deleted on <When at={at} />.
    </p>
    {can(place.actor.role, 'organization:delete') && (
      <a class="button outline small" href={paths.deletion(place.organization.slug)}>
        Undo
      </a>
    )}
  </div>
)

/** A part of a console page that htmx swaps in: what it says is of the same organization. */
export const Part: FC<{ place: Place; children?: Child }> = ({ place, children }) => (
  <TimeZone.Provider value={place.organization.timeZone}>{children}</TimeZone.Provider>
)

type Props = { place: Place; title: string; current: string; notice?: Notice | null; children?: Child }

/** The console around a page: sidebar with what this person may open, toasts, and the dialog that forms open in. */
export const Console: FC<Props> = ({ place, title, current, notice, children }) => {
  const { organization, actor } = place
  const { slug } = organization
  const entries = adminEntries(place)
  const home = paths.home(slug)
  const link = (href: string, label: string) => (
    <li>
      <a href={href} aria-current={leadsTo(href, current, slug) ? 'page' : undefined} title={label}>
        {label}
      </a>
    </li>
  )
  return (
    <Part place={place}>
      <Document title={`${title} · ${organization.name}`} class="console" scripts>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <header class="sidebar">
          <Brand />
          <Switcher place={place} />
          <nav aria-label="Main">
            {entries.some(({ href }) => href === home) ? null : <ul>{link(home, 'Home')}</ul>}
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
        <main id="main">
          {organization.deleteAt !== null && <DeletionBanner place={place} at={organization.deleteAt} />}
          {children}
        </main>
        <div id="toasts" role="status">
          {notice && <Toast notice={notice} />}
        </div>
        <dialog id="dialog" aria-labelledby="dialog-title">
          <div id="dialog-content"></div>
        </dialog>
      </Document>
    </Part>
  )
}
