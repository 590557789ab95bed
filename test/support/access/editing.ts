import { MANAGERS, type Rows } from './row'

export const editing: Rows = {
  'GET /o/:slug/invitations/:id/edit': {
    may: MANAGERS,
    status: 200,
    path: ({ invitation }) => `/invitations/${invitation}/edit`,
  },
  'POST /o/:slug/invitations/:id/edit': {
    may: MANAGERS,
    status: 303,
    path: ({ invitation }) => `/invitations/${invitation}/edit`,
    form: () => ({ department: 'Sales' }),
  },
}
