import { MANAGERS, type Rows } from './row'

export const settings: Rows = {
  'GET /o/:slug/settings': { may: MANAGERS, status: 200 },
  'POST /o/:slug/settings': { may: MANAGERS, status: 303, form: ({ who }) => ({ name: `Acme of ${who}` }) },
  'GET /o/:slug/settings/invitations': { may: MANAGERS, status: 200 },
  'POST /o/:slug/settings/invitations': {
    may: MANAGERS,
    status: 303,
    form: ({ who }) => ({ nameFields: who === 'owner' ? 'single' : 'none' }),
  },
}
