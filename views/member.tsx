import type { FC } from 'hono/jsx'
import { roleName } from '../src/rules/permissions'
import { Console, type Place } from './console'
import { Badge, When } from './parts'

type Member = {
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
