import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { Brand, Document } from '../document'
import { Icon } from '../icons'
import { type Notice, Person, TimeZone, When } from '../parts'

type Account = { name: string; address: string }

export type OrganizationsProps = {
  account: Account
  organizations: { name: string; slug: string; role: string; joinedAt: number; timeZone: string }[]
  mayCreate: boolean
  notice: Notice | null
}

/** Where somebody without any organization finds out what to do. */
const None: FC<{ account: Account; mayCreate: boolean }> = ({ account, mayCreate }) => (
  <div class="empty">
    <p>
      You are in no organization. To join one, open the link in an invitation sent to{' '}
      <strong>{account.address}</strong>
      {mayCreate ? ', or make your own.' : ', or ask somebody there for one.'}
    </p>
  </div>
)

/** Every organization of who is signed in. */
export const OrganizationsPage: FC<OrganizationsProps> = ({ account, organizations, mayCreate, notice }) => (
  <Document title="Your organizations · Usher" class="card-page">
    <header>
      <Brand />
    </header>
    <main class="card">
      <h1>Your organizations</h1>
      {notice && (
        <p role="status" class="told">
          {notice.words}
        </p>
      )}
      {organizations.length === 0 && <None account={account} mayCreate={mayCreate} />}
      <ul class="places">
        {organizations.map(({ name, slug, role, joinedAt, timeZone }) => (
          <li>
            <a href={paths.home(slug)}>
              <strong>{name}</strong>
            </a>
            <small>
              {role} · since{' '}
              <TimeZone.Provider value={timeZone}>
                <When at={joinedAt} />
              </TimeZone.Provider>
            </small>
            <a class="leave" href={paths.leave(slug)} aria-label={`Leave ${name}`}>
              Leave
            </a>
          </li>
        ))}
      </ul>
      {mayCreate && (
        <p>
          <a class={organizations.length > 0 ? 'button outline' : 'button'} href={paths.newOrganization}>
            New organization
          </a>
        </p>
      )}
      <form method="post" action={paths.signOut} class="as">
        <Person {...account} />
        <a href={paths.account()}>Your account</a>
        <button type="submit" class="ghost small">
          <Icon name="leave" />
          Sign out
        </button>
      </form>
    </main>
  </Document>
)
