import type { FC } from 'hono/jsx'
import { paths } from '../src/paths'
import { can, MEANINGS, permissionsAmong } from '../src/rules/permissions'
import { Console, type Place } from './console'
import { DialogLink } from './dialog'
import { type Notice, Person, When } from './parts'

type Membership = {
  name: string
  typedAddress: string
  department: string
  joinedAt: number
  inviterName: string | null
  teams: string[]
}

type Props = { place: Place; member: Membership; notice: Notice | null }

const Details: FC<Omit<Props, 'notice'>> = ({ place: { actor }, member }) => (
  <dl class="rows-of">
    <div>
      <dt>Role</dt>
      <dd>
        {actor.role.name}
        {actor.role.description && <small class="muted"> · {actor.role.description}</small>}
      </dd>
    </div>
    <div>
      <dt>Department</dt>
      <dd>{member.department || '–'}</dd>
    </div>
    <div>
      <dt>Teams</dt>
      <dd>{member.teams.join(', ') || '–'}</dd>
    </div>
    <div>
      <dt>Member since</dt>
      <dd>
        <When at={member.joinedAt} />
      </dd>
    </div>
    <div>
      <dt>Invited by</dt>
      <dd>{member.inviterName ?? '–'}</dd>
    </div>
  </dl>
)

/** Where an invitee lands: the organization, their own place in it, and what they can do there. */
export const HomePage: FC<Props> = ({ place, member, notice }) => {
  const { organization, actor } = place
  const { slug, name } = organization
  const current = paths.home(slug)
  return (
    <Console place={place} title={name} current={current} notice={notice}>
      <header class="page">
        <h1>{name}</h1>
      </header>
      <div class="cards">
        <section class="card" aria-labelledby="place">
          <h2 id="place">Your place here</h2>
          <Person name={member.name} address={member.typedAddress} />
          <Details place={place} member={member} />
          <p>
            <DialogLink href={paths.leave(slug)} class="button ghost small">
              Leave this organization
            </DialogLink>
          </p>
        </section>
        <section class="card" aria-labelledby="may">
          <h2 id="may">What you can do</h2>
          <ul class="may">
            {permissionsAmong(actor.role.permissions).map((permission) => (
              <li>{MEANINGS[permission]}</li>
            ))}
          </ul>
          {can(actor.role, 'member:read') && (
            <p>
              <a class="button outline small" href={paths.members(slug)}>
                See who is here
              </a>
            </p>
          )}
        </section>
      </div>
    </Console>
  )
}
