import { addRole } from '../roles'
import { type Ids, MANAGERS, READERS, type Rows } from './row'

const ownRole = ({ cast, who }: Ids) => addRole(cast.acme, `Role of ${who}`, ['team:manage'])

export const roles: Rows = {
  'GET /o/:slug/roles': { may: READERS, status: 200 },
  'GET /o/:slug/roles/new': { may: MANAGERS, status: 200 },
  'POST /o/:slug/roles/new': { may: MANAGERS, status: 303, form: ({ who }) => ({ name: `New of ${who}` }) },
  'GET /o/:slug/roles/:id/edit': {
    may: MANAGERS,
    status: 200,
    path: async (ids) => `/roles/${await ownRole(ids)}/edit`,
  },
  'POST /o/:slug/roles/:id/edit': {
    may: MANAGERS,
    status: 303,
    path: async (ids) => `/roles/${await ownRole(ids)}/edit`,
    form: ({ who }) => ({ name: `Renamed by ${who}` }),
  },
  'GET /o/:slug/roles/:id/delete': {
    may: MANAGERS,
    status: 200,
    path: async (ids) => `/roles/${await ownRole(ids)}/delete`,
  },
  'POST /o/:slug/roles/:id/delete': {
    may: MANAGERS,
    status: 303,
    path: async (ids) => `/roles/${await ownRole(ids)}/delete`,
    form: () => ({}),
  },
}
