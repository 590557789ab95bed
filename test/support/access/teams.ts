import { addTeam } from '../cast'
import { type Ids, MANAGERS, READERS, type Rows } from './row'

const ownTeam = ({ cast, who }: Ids) => addTeam(cast.acme, `Team of ${who}`)

export const teams: Rows = {
  'GET /o/:slug/teams': { may: READERS, status: 200 },
  'GET /o/:slug/teams/new': { may: MANAGERS, status: 200 },
  'POST /o/:slug/teams/new': { may: MANAGERS, status: 303, form: ({ who }) => ({ name: `New of ${who}` }) },
  'GET /o/:slug/teams/:id/edit': {
    may: MANAGERS,
    status: 200,
    path: async (ids) => `/teams/${await ownTeam(ids)}/edit`,
  },
  'POST /o/:slug/teams/:id/edit': {
    may: MANAGERS,
    status: 303,
    path: async (ids) => `/teams/${await ownTeam(ids)}/edit`,
    form: ({ who }) => ({ name: `Renamed by ${who}` }),
  },
  'GET /o/:slug/teams/:id/delete': {
    may: MANAGERS,
    status: 200,
    path: async (ids) => `/teams/${await ownTeam(ids)}/delete`,
  },
  'POST /o/:slug/teams/:id/delete': {
    may: MANAGERS,
    status: 303,
    path: async (ids) => `/teams/${await ownTeam(ids)}/delete`,
    form: () => ({}),
  },
}
