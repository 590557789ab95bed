import type { Child, FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { FieldErrors } from '../../src/rules/refusals'
import { Console, type Place } from '../console'
import { DialogForm } from '../dialog'
import { FormError, Input } from '../parts'
import type { Team } from './page'

export type TeamFormProps = {
  slug: string
  inDialog: boolean
  /** The one to rename, or null for a new one. */
  id: string | null
  name: string
  /** What it is called while the form is filled in; empty for a new one. */
  shown: string
  maxlength: number
  errors: FieldErrors
  change: string
}

export const TeamForm: FC<TeamFormProps> = ({
  slug,
  inDialog,
  id,
  name,
  shown,
  maxlength,
  errors,
  change,
}) => (
  <DialogForm
    action={id === null ? paths.newTeam(slug) : paths.editTeam(slug, id)}
    back={paths.teams(slug)}
    inDialog={inDialog}
    title={id === null ? 'New team' : 'Rename team'}
    lead={id === null ? undefined : 'Everywhere it is shown, it has the new name at once.'}
    change={change}
    submit={id === null ? 'Make team' : 'Rename'}
  >
    <FormError message={errors.form} />
    <input type="hidden" name="shown" value={shown} />
    <Input
      name="name"
      label="Name"
      value={name}
      errors={errors}
      autocomplete="off"
      required
      autofocus
      maxlength={maxlength}
    />
  </DialogForm>
)

export type DeleteTeamProps = { slug: string; inDialog: boolean; team: Team; change: string }

const fallsOff = ({ members, invitations }: Team): string => {
  const parts = [
    ...(members > 0 ? [members === 1 ? '1 member' : `${members} members`] : []),
    ...(invitations > 0
      ? [invitations === 1 ? '1 outstanding invitation' : `${invitations} outstanding invitations`]
      : []),
  ]
  return parts.length === 0
    ? 'Nobody is in it.'
    : `It falls off ${parts.join(' and ')}; otherwise they stay as they are.`
}

export const DeleteTeamForm: FC<DeleteTeamProps> = ({ slug, inDialog, team, change }) => (
  <DialogForm
    action={paths.deleteTeam(slug, team.id)}
    back={paths.teams(slug)}
    inDialog={inDialog}
    title={`Delete the team ${team.name}?`}
    lead={`${fallsOff(team)} This is final.`}
    change={change}
    submit="Delete team"
    danger
  />
)

const Page: FC<{ place: Place; title: string; children?: Child }> = ({ place, title, children }) => (
  <Console place={place} title={title} current={paths.teams(place.organization.slug)}>
    <div class="card narrow">{children}</div>
  </Console>
)

export const TeamFormPage: FC<TeamFormProps & { place: Place }> = ({ place, ...props }) => (
  <Page place={place} title={props.id === null ? 'New team' : 'Rename team'}>
    <TeamForm {...props} />
  </Page>
)

export const DeleteTeamPage: FC<DeleteTeamProps & { place: Place }> = ({ place, ...props }) => (
  <Page place={place} title="Delete team">
    <DeleteTeamForm {...props} />
  </Page>
)
