import { Hono } from 'hono'
import { Part } from '../../views/console'
import {
  DeleteTeamForm,
  DeleteTeamPage,
  type DeleteTeamProps,
  TeamForm,
  TeamFormPage,
  type TeamFormProps,
} from '../../views/teams/forms'
import { TeamList, TeamsPage } from '../../views/teams/page'
import { paths } from '../paths'
import { MAX_NAME } from '../rules/names'
import { type FieldErrors, Refused } from '../rules/refusals'
import { createTeam, deleteTeam, listTeams, mayMakeTeam, renameTeam, showTeam } from '../usecases/teams'
import { answerDone } from './done'
import { noticeOf } from './notices'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm, wantsPartial } from './request'

type Shown = { id: string | null; name: string; shown: string; errors?: FieldErrors }

const render = (c: Request, { id, name, shown, errors = {} }: Shown, status: 200 | 422 = 200) => {
  const props: TeamFormProps = {
    slug: c.var.org.organization.slug,
    inDialog: wantsPartial(c),
    id,
    name,
    shown,
    maxlength: MAX_NAME,
    errors,
    change: mintChange(),
  }
  return props.inDialog
    ? c.html(<TeamForm {...props} />, status)
    : c.html(<TeamFormPage {...props} place={placeOfRequest(c)} />, status)
}

const teamsPath = (c: Request) => paths.teams(c.var.org.organization.slug)

/** Does it, or shows the form once more as it was posted, with what was wrong. */
const changeName = async (
  c: Request,
  id: string | null,
  verb: (input: { name: string; shown: string; change: string }) => Promise<void>,
  notice: string,
) => {
  const form = await readForm(c)
  const name = form.text('name')
  try {
    await verb({ name, shown: form.text('shown'), change: form.text('change') || mintChange() })
    return answerDone(c, notice, teamsPath(c))
  } catch (error) {
    if (!(error instanceof Refused) || error.refusal.code !== 'invalid_input') throw error
    const shown = id === null ? '' : (await showTeam(c.var.org, id)).name
    return render(c, { id, name, shown, errors: error.refusal.fields }, 422)
  }
}

export const teams = new Hono<AppEnv>()
  .get('/teams', async (c) => {
    const props = { place: placeOfRequest(c), teams: await listTeams(c.var.org) }
    return wantsPartial(c)
      ? c.html(
          <Part place={props.place}>
            <TeamList {...props} />
          </Part>,
        )
      : c.html(<TeamsPage {...props} notice={noticeOf(c.req.query())} />)
  })
  .get('/teams/new', (c) => {
    mayMakeTeam(c.var.org)
    return render(c, { id: null, name: '', shown: '' })
  })
  .post('/teams/new', (c) => changeName(c, null, (input) => createTeam(c.var.org, input), 'team-created'))
  .get('/teams/:id/edit', async (c) => {
    const { id, name } = await showTeam(c.var.org, c.req.param('id'))
    return render(c, { id, name, shown: name })
  })
  .post('/teams/:id/edit', (c) => {
    const id = c.req.param('id')
    return changeName(c, id, (input) => renameTeam(c.var.org, { id, ...input }), 'team-renamed')
  })
  .get('/teams/:id/delete', async (c) => {
    const team = await showTeam(c.var.org, c.req.param('id'))
    const props: DeleteTeamProps = {
      slug: c.var.org.organization.slug,
      inDialog: wantsPartial(c),
      team,
      change: mintChange(),
    }
    return props.inDialog
      ? c.html(<DeleteTeamForm {...props} />)
      : c.html(<DeleteTeamPage {...props} place={placeOfRequest(c)} />)
  })
  .post('/teams/:id/delete', async (c) => {
    const form = await readForm(c)
    await deleteTeam(c.var.org, { id: c.req.param('id'), change: form.text('change') || mintChange() })
    return answerDone(c, 'team-deleted', teamsPath(c))
  })
