import { MANAGERS, type Rows } from './row'

export const policies: Rows = {
  'GET /o/:slug/settings/policies': { may: MANAGERS, status: 200 },
  'POST /o/:slug/settings/policies': {
    may: MANAGERS,
    status: 303,
    form: ({ who }) => ({ on: 'blockedDomains', blockedDomains: `${who}.example` }),
  },
}
