import type { Child, FC } from 'hono/jsx'
import { paths } from '../src/paths'
import type { PauseReason } from '../src/rules/lifecycle'
import { pauseWords } from '../src/rules/pausing'
import { can, type Permission, type Role } from '../src/rules/permissions'
import { Document } from './document'
import { Icon, type IconName } from './icons'
import { type Notice, Person, TimeZone, Toast, When } from './parts'

/** What a page shows of where one is and as whom. */
export type Place = {
  organization: {
    name: string
    slug: string
    timeZone: string
    deleteAt: number | null
    sendingPausedAt: number | null
    sendingPausedFor: PauseReason | null
  }
  actor: { name: string; address: string; role: Role }
  /** What the switcher offers, this organization included. */
  memberships: readonly { name: string; slug: string }[]
  /** Whether the account itself signed in: what is of the account is there for nobody else. */
  reachesAccount: boolean
  mayCreateOrganization: boolean
}

type Entry = { href: string; label: string; needs: Permission }
type AdminEntry = Entry & { icon: IconName }

/** The pages of the settings, each for who may open it. */
export const settingsEntries = (slug: string): Entry[] => [
  { href: paths.settings(slug), label: 'General', needs: 'settings:manage' },
  { href: paths.invitationSettings(slug), label: 'Invitations', needs: 'settings:manage' },
  { href: paths.emailSettings(slug), label: 'Email', needs: 'settings:manage' },
  { href: paths.signInSettings(slug), label: 'Sign-in', needs: 'settings:manage' },
  { href: paths.domains(slug), label: 'Domains', needs: 'settings:manage' },
  { href: paths.policySettings(slug), label: 'Policies', needs: 'settings:manage' },
  { href: paths.apiKeys(slug), label: 'API keys', needs: 'api_key:manage' },
  { href: paths.deletion(slug), label: 'Deletion', needs: 'organization:delete' },
]

const adminEntries = ({ organization: { slug }, actor }: Place): AdminEntry[] => {
  const [settings] = settingsEntries(slug).filter((entry) => can(actor.role, entry.needs))
  // Whoever manages them sees them, with or without the members.
  const sees = (manage: Permission) => (can(actor.role, manage) ? manage : 'member:read')
  const entries: AdminEntry[] = [
    { href: paths.home(slug), label: 'Overview', icon: 'overview', needs: 'member:manage' },
    { href: paths.members(slug), label: 'Members', icon: 'members', needs: 'member:read' },
    { href: paths.invitations(slug), label: 'Invitations', icon: 'invitations', needs: 'member:manage' },
    { href: paths.teams(slug), label: 'Teams', icon: 'teams', needs: sees('team:manage') },
    { href: paths.roles(slug), label: 'Roles', icon: 'roles', needs: sees('role:manage') },
    { href: paths.auditLog(slug), label: 'Audit log', icon: 'audit', needs: 'audit_log:read' },
    ...(settings ? [{ ...settings, label: 'Settings', icon: 'settings' as const }] : []),
  ]
  return entries.filter((entry) => can(actor.role, entry.needs))
}

/** Whether the sidebar's entry leads to the page `current`, or to the group it belongs to. */
const leadsTo = (href: string, current: string, slug: string): boolean =>
  href === current || (href !== paths.home(slug) && current.startsWith(`${href}/`))

/** Where one is, and the way to one's other organizations; opens and closes without a script. */
const Switcher: FC<{ place: Place }> = ({ place }) => {
  const { organization, memberships, mayCreateOrganization } = place
  const logo = <img src={paths.assets.icon} alt="Usher" width="26" height="26" />
  if (memberships.length < 2 && !mayCreateOrganization) {
    return (
      <div class="switcher">
        {logo}
        <span class="name">{organization.name}</span>
      </div>
    )
  }
  return (
    <div class="switcher">
      {logo}
      <button type="button" class="ghost" popovertarget="organizations" title={organization.name}>
        <span class="name">{organization.name}</span>
        <span class="visually-hidden">, switch organization</span>
        <Icon name="choose" />
      </button>
      <div id="organizations" popover="auto">
        <ul aria-label="Organizations">
          {memberships.map(({ name, slug }) => {
            const here = slug === organization.slug
            return (
              <li>
                <a class="entry" href={paths.home(slug)} aria-current={here ? 'true' : undefined}>
                  {name}
                  {here && <Icon name="chosen" />}
                </a>
              </li>
            )
          })}
          {mayCreateOrganization && (
            <li class="other">
              <a class="entry" href={paths.newOrganization}>
                <Icon name="add" />
                New organization
              </a>
            </li>
          )}
        </ul>
      </div>
    </div>
  )
}

const DeletionBanner: FC<{ place: Place; at: number }> = ({ place, at }) => (
  <div class="banner" data-variant="danger">
    <p>
      {place.organization.name} will be deleted on <When at={at} />.
    </p>
    {can(place.actor.role, 'organization:delete') && (
      <form method="post" action={paths.undoDeletion(place.organization.slug)}>
        <button type="submit" class="outline small">
          Undo
        </button>
      </form>
    )}
  </div>
)

/** For whoever invites, and whoever can end it. */
const PauseBanner: FC<{ place: Place; at: number }> = ({ place, at }) => {
  const { organization, actor } = place
  const mayResume = can(actor.role, 'settings:manage')
  if (!mayResume && !can(actor.role, 'member:manage')) return null
  return (
    <div class="banner" data-variant="warning">
      <p>
        Sending is paused since <When at={at} />: {pauseWords(organization.sendingPausedFor)}. Queued
        invitations and reminders wait; no new ones can be sent.
      </p>
      {mayResume && (
        <a class="button outline small" href={paths.emailSettings(organization.slug)}>
          See what to do
        </a>
      )}
    </div>
  )
}

/** A part of a console page that htmx swaps in: what it says is of the same organization. */
export const Part: FC<{ place: Place; children?: Child }> = ({ place, children }) => (
  <TimeZone.Provider value={place.organization.timeZone}>{children}</TimeZone.Provider>
)

type Props = { place: Place; title: string; current: string; notice?: Notice | null; children?: Child }

/** Bar with a menu on a phone, sidebar on a desk: the same entries, each only for who may open it. */
const Shell: FC<{ place: Place; current: string }> = ({ place, current }) => {
  const { organization, actor } = place
  const { slug } = organization
  const home = paths.home(slug)
  const entries = adminEntries(place)
  const link = (href: string, label: string, icon: IconName) => (
    <li>
      <a class="entry" href={href} aria-current={leadsTo(href, current, slug) ? 'page' : undefined}>
        <Icon name={icon} />
        {label}
      </a>
    </li>
  )
  return (
    <header class="sidebar">
      <Switcher place={place} />
      <button type="button" class="ghost" popovertarget="menu">
        <Icon name="menu" />
        Menu
      </button>
      <div id="menu" class="menu" popover="auto">
        <nav aria-label="Main">
          {entries.some(({ href }) => href === home) ? null : <ul>{link(home, 'Home', 'home')}</ul>}
          {entries.length > 0 && (
            <>
              <h2 id="nav-admin">Admin</h2>
              <ul aria-labelledby="nav-admin">
                {entries.map(({ href, label, icon }) => link(href, label, icon))}
              </ul>
            </>
          )}
        </nav>
        <form method="post" action={paths.signOut} class="account">
          <Person name={actor.name} address={actor.address} />
          {place.reachesAccount && (
            <>
              <a class="entry" href={paths.account()}>
                <Icon name="account" />
                Your account
              </a>
              <a class="entry" href={paths.accountSecurity()}>
                <Icon name="security" />
                Security
              </a>
              <a class="entry" href={paths.organizations}>
                <Icon name="choose" />
                Your organizations
              </a>
            </>
          )}
          <button type="submit" class="entry ghost">
            <Icon name="leave" />
            Sign out
          </button>
        </form>
      </div>
    </header>
  )
}

/** The console around a page: sidebar with what this person may open, toasts, and the dialog that forms open in. */
export const Console: FC<Props> = ({ place, title, current, notice, children }) => {
  const { organization } = place
  return (
    <Part place={place}>
      <Document title={`${title} · ${organization.name}`} class="console" scripts>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <Shell place={place} current={current} />
        <main id="main">
          {organization.deleteAt !== null && <DeletionBanner place={place} at={organization.deleteAt} />}
          {organization.sendingPausedAt !== null && (
            <PauseBanner place={place} at={organization.sendingPausedAt} />
          )}
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
