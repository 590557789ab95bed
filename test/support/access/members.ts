import { addAccount, addMember } from '../cast'
import { type Ids, MANAGERS, READERS, type Rows } from './row'

/** Somebody whom managers may change, once for each visit. */
const colleague = async ({ cast, who }: Ids, status = 'active'): Promise<string> => {
  const account = await addAccount(`Colleague of ${who}`, `colleague.${who}.${crypto.randomUUID()}@acme.test`)
  return (await addMember(cast.acme, account, 'viewer', status)).id
}

const one =
  (rest: string, status = 'active') =>
  async (ids: Ids) =>
    `/members/${await colleague(ids, status)}${rest}`

export const members: Rows = {
  'GET /o/:slug/members': { may: READERS, status: 200 },
  'GET /o/:slug/members/:id': { may: READERS, status: 200, path: ({ user }) => `/members/${user}` },
  'GET /o/:slug/members/:id/edit': { may: MANAGERS, status: 200, path: one('/edit') },
  'POST /o/:slug/members/:id/edit': {
    may: MANAGERS,
    status: 303,
    path: one('/edit'),
    form: () => ({ role: 'member' }),
  },
  'POST /o/:slug/members/:id/deactivate': {
    may: MANAGERS,
    status: 303,
    path: one('/deactivate'),
    form: () => ({}),
  },
  'POST /o/:slug/members/:id/reactivate': {
    may: MANAGERS,
    status: 303,
    path: one('/reactivate', 'inactive'),
    form: () => ({}),
  },
  'GET /o/:slug/members/:id/remove': { may: MANAGERS, status: 200, path: one('/remove') },
  'POST /o/:slug/members/:id/remove': { may: MANAGERS, status: 303, path: one('/remove'), form: () => ({}) },
}
