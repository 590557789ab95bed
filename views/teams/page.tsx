import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { countWords } from '../../src/rules/lists'
import { can } from '../../src/rules/permissions'
import { Console, type Place } from '../console'
import { DialogLink } from '../dialog'
import type { Notice } from '../parts'

export type Team = { id: string; name: string; members: number; invitations: number }

type Props = { place: Place; teams: readonly Team[] }

const NewTeam: FC<{ slug: string }> = ({ slug }) => (
  <DialogLink class="button" href={paths.newTeam(slug)}>
    New team
  </DialogLink>
)

const Row: FC<{ team: Team; place: Place }> = ({ team, place: { organization, actor } }) => {
  const { slug } = organization
  const members = countWords(team.members, 'member')
  return (
    <tr id={`team-${team.id}`}>
      <th scope="row">{team.name}</th>
      <td>
        {can(actor.role, 'member:read') ? (
          <a href={paths.members(slug, { team: team.id })} aria-label={`${members} in ${team.name}`}>
            {members}
          </a>
        ) : (
          members
        )}
      </td>
      <td>{team.invitations > 0 && countWords(team.invitations, 'invitation')}</td>
      <td class="actions">
        {can(actor.role, 'team:manage') && (
          <>
            <DialogLink
              class="button outline small"
              href={paths.editTeam(slug, team.id)}
              label={`Rename ${team.name}`}
            >
              Rename
            </DialogLink>
            <DialogLink
              class="button ghost small"
              danger
              href={paths.deleteTeam(slug, team.id)}
              label={`Delete ${team.name}`}
            >
              Delete
            </DialogLink>
          </>
        )}
      </td>
    </tr>
  )
}

const Empty: FC<{ place: Place }> = ({ place: { organization, actor } }) => (
  <div class="empty">
    <p>There is no team yet.</p>
    <small>
      A team says who works together. People can be in several, and an invitation can name them beforehand.
    </small>
    {can(actor.role, 'team:manage') && <NewTeam slug={organization.slug} />}
  </div>
)

/** The part of the page that changes. */
export const TeamList: FC<Props> = ({ place, teams }) => (
  <section
    id="teams"
    data-list
    aria-label="Teams"
    tabindex={-1}
    hx-get={paths.teams(place.organization.slug)}
    hx-trigger="list-changed from:document"
    hx-target="this"
    hx-sync="this:drop"
  >
    {teams.length > 0 ? (
      <div class="table slim">
        <table>
          <thead>
            <tr>
              <th scope="col">Team</th>
              <th scope="col">Active members</th>
              <th scope="col">Outstanding invitations</th>
              <td>
                <span class="visually-hidden">Actions</span>
              </td>
            </tr>
          </thead>
          <tbody>
            {teams.map((team) => (
              <Row team={team} place={place} />
            ))}
          </tbody>
        </table>
      </div>
    ) : (
      <Empty place={place} />
    )}
  </section>
)

export const TeamsPage: FC<Props & { notice: Notice | null }> = ({ place, notice, teams }) => {
  const { slug } = place.organization
  return (
    <Console place={place} title="Teams" current={paths.teams(slug)} notice={notice}>
      <header class="page">
        <h1>Teams</h1>
        {can(place.actor.role, 'team:manage') && <NewTeam slug={slug} />}
      </header>
      <TeamList place={place} teams={teams} />
    </Console>
  )
}
