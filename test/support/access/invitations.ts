import { MANAGERS, type Rows } from './row'

export const invitations: Rows = {
  'GET /o/:slug/invitations': { may: MANAGERS, status: 200 },
  'GET /o/:slug/invitations/:id': {
    may: MANAGERS,
    status: 200,
    path: ({ invitation }) => `/invitations/${invitation}`,
  },
  'GET /o/:slug/invitations/new': { may: MANAGERS, status: 200 },
  'POST /o/:slug/invitations': {
    may: MANAGERS,
    status: 303,
    form: ({ who }) => ({ addresses: `${who}-new@example.com` }),
  },
  'POST /o/:slug/invitations/resend': {
    may: MANAGERS,
    status: 303,
    form: ({ invitation }) => ({ only: invitation }),
  },
  'GET /o/:slug/invitations/revoke': {
    may: MANAGERS,
    status: 200,
    path: ({ invitation }) => `/invitations/revoke?id=${invitation}`,
  },
  'POST /o/:slug/invitations/revoke': {
    may: MANAGERS,
    status: 303,
    form: ({ invitation }) => ({ id: invitation }),
  },
}
