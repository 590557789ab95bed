import { confirmedDeletion } from '../deletion'
import { MEMBERS, OWNERS, type Rows } from './row'

/** Leaving an organization, and deleting it. */
export const deletion: Rows = {
  'GET /o/:slug/leave': { may: MEMBERS, status: 200 },
  'POST /o/:slug/leave': { may: MEMBERS, status: 303, form: () => ({}) },
  'GET /o/:slug/settings/deletion': { may: OWNERS, status: 200 },
  'POST /o/:slug/settings/deletion': { may: OWNERS, status: 303, form: () => ({ name: 'Acme' }) },
  'POST /o/:slug/settings/deletion/undo': {
    may: OWNERS,
    status: 303,
    form: async ({ cast }) => {
      await confirmedDeletion(cast.acme, cast.owner)
      return {}
    },
  },
}
