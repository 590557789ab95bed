import type { FC } from 'hono/jsx'
import { roleName } from '../src/rules/permissions'
import { Console, type Place } from './console'
import { Badge, type Notice, When } from './parts'

export type Member = {
  name: string
  typedAddress: string
  role: string
  department: string
  status: 'active' | 'inactive'
  joinedAt: number
  inviterName: string | null
  teams: string[]
}

const Details: FC<{ member: Member }> = ({ member }) => (
  <dl class="details">
    <dt>Email</dt>
    <dd>{member.typedAddress}</dd>
    <dt>Role</dt>
    <dd>{roleName(member.role)}</dd>
    <dt>Department</dt>
    <dd>{member.department || '–'}</dd>
    <dt>Teams</dt>
    <dd>{member.teams.join(', ') || '–'}</dd>
    <dt>Joined</dt>
    <dd>
      <When at={member.joinedAt} />
    </dd>
    <dt>Invited by</dt>
    <dd>{member.inviterName ?? '–'}</dd>
  </dl>
)

export const MemberPage: FC<{ place: Place; member: Member }> = ({ place, member }) => (
  <Console place={place} title={member.name || member.typedAddress} current="">
    <header class="page">
      <h1>{member.name || member.typedAddress}</h1>
      <Badge variant={member.status === 'active' ? 'success' : 'secondary'}>
        {member.status === 'active' ? 'Active' : 'Inactive'}
      </Badge>
    </header>
    <article class="card">
      <Details member={member} />
    </article>
  </Console>
)

/** Where an invitee lands: the organization and their own place in it. */
export const HomePage: FC<{ place: Place; member: Member; current: string; notice: Notice | null }> = (
  props,
) => {
  const { place, member, current, notice } = props
  return (
    <Console place={place} title={place.organization.name} current={current} notice={notice}>
      <header class="page">
        <h1>{place.organization.name}</h1>
      </header>
      <article class="card">
        <h2>{member.inviterName ? 'You are in' : 'You are the owner here'}</h2>
        <Details member={member} />
      </article>
    </Console>
  )
}
