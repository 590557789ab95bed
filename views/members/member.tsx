import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { unansweredNowWords, unansweredWords } from '../../src/rules/inviter'
import type { MemberActions } from '../../src/rules/members'
import { Console, type Place } from '../console'
import type { Notice } from '../parts'
import { When } from '../parts'
import { MemberForm, type MemberFormProps } from './form'
import { MemberBadge } from './table'

type Member = {
  userId: string
  name: string
  typedAddress: string
  roleName: string
  department: string
  status: 'active' | 'inactive'
  joinedAt: number
  inviterName: string | null
  teams: readonly { id: string; name: string }[]
}

type Props = {
  place: Place
  member: Member
  actions: MemberActions
  /** Outstanding invitations they sent. */
  sent: number
  /** Whether whoever looks is the member. */
  isSelf: boolean
  form: MemberFormProps
  notice: Notice | null
}

const Details: FC<{ member: Member }> = ({ member }) => (
  <dl class="details">
    <dt>Email</dt>
    <dd>{member.typedAddress}</dd>
    <dt>Role</dt>
    <dd>{member.roleName}</dd>
    <dt>Department</dt>
    <dd>{member.department || '–'}</dd>
    <dt>Teams</dt>
    <dd>{member.teams.map(({ name }) => name).join(', ') || '–'}</dd>
    <dt>Joined</dt>
    <dd>
      <When at={member.joinedAt} />
    </dd>
    <dt>Invited by</dt>
    <dd>{member.inviterName ?? '–'}</dd>
  </dl>
)

const Press: FC<{ action: string; label: string; change: string }> = ({ action, label, change }) => (
  <form method="post" action={action}>
    <input type="hidden" name="change" value={change} />
    <input type="hidden" name="from" value="member" />
    <button type="submit" class="outline">
      {label}
    </button>
  </form>
)

const Endings: FC<Pick<Props, 'member' | 'actions' | 'sent'> & { slug: string; change: string }> = (
  props,
) => {
  const { member, actions, sent, slug, change } = props
  const id = member.userId
  return (
    <section class="card danger" aria-labelledby="endings">
      <h2 id="endings">{actions.deactivate ? 'Deactivate or remove' : 'Reactivate or remove'}</h2>
      <p>
        {actions.deactivate
          ? 'Who is deactivated cannot come in from now on and takes no seat; it can be undone.'
          : 'Who is reactivated takes a seat and is let in again as before.'}{' '}
        Removing is final.
      </p>
      {sent > 0 && <p>{member.status === 'active' ? unansweredWords(sent) : unansweredNowWords(sent)}</p>}
      <div class="foot">
        {actions.deactivate && (
          <Press action={paths.deactivateMember(slug, id)} label="Deactivate" change={change} />
        )}
        {actions.reactivate && (
          <Press action={paths.reactivateMember(slug, id)} label="Reactivate" change={change} />
        )}
        <a class="button outline" data-variant="danger" href={paths.removeMember(slug, id)}>
          Remove
        </a>
      </div>
    </section>
  )
}

/** One member: what they are here and, for whoever may, everything that can be changed of it. */
export const MemberPage: FC<Props> = ({ place, member, actions, sent, isSelf, form, notice }) => {
  const { slug } = place.organization
  const name = member.name || member.typedAddress
  return (
    <Console place={place} title={name} current={paths.member(slug, member.userId)} notice={notice}>
      <header class="page">
        <h1>
          {name} <MemberBadge status={member.status} />
        </h1>
        <a class="button outline" href={paths.members(slug)}>
          All members
        </a>
      </header>
      <div class="member">
        <section class="card" aria-labelledby="details">
          <h2 id="details">{isSelf ? 'You' : 'Details'}</h2>
          <Details member={member} />
        </section>
        {actions.edit && (
          <section class="card" aria-labelledby="change">
            <h2 id="change">Change</h2>
            {isSelf && <p class="muted">Your own role can be changed by somebody else only.</p>}
            <MemberForm {...form} />
          </section>
        )}
        {actions.remove && (
          <Endings member={member} actions={actions} sent={sent} slug={slug} change={form.change} />
        )}
      </div>
    </Console>
  )
}
