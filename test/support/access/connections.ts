import { CLIENT_ID, CLIENT_SECRET, ISSUER } from '../idp'
import { connect } from '../sso'
import { run, START } from '../world'
import { type Ids, MANAGERS, type Rows } from './row'

/** Connects a provider anew, tested or not, and not switched on; hands over its id. */
const connected = async ({ world, cast }: Ids): Promise<string> => {
  await run('delete from connection')
  const id = await connect(world, cast.acme)
  await run('update connection set enabled = 0, tested_at = ? where id = ?', START, id)
  return id
}

/** What is said of an organization's identity provider, and what it is for. */
export const connections: Rows = {
  'GET /o/:slug/settings/sign-in': { may: MANAGERS, status: 200 },
  'POST /o/:slug/settings/sign-in': {
    may: MANAGERS,
    status: 303,
    form: ({ who }) => ({ justInTime: who === 'owner' ? 'yes' : 'no' }),
  },
  'POST /o/:slug/settings/sign-in/connection': {
    may: MANAGERS,
    status: 303,
    form: ({ who }) => ({
      preset: 'other',
      issuer: ISSUER,
      clientId: `${CLIENT_ID}-${who}`,
      clientSecret: CLIENT_SECRET,
    }),
  },
  'GET /o/:slug/settings/sign-in/connection/test': {
    may: MANAGERS,
    status: 303,
    path: async (ids) => {
      await connected(ids)
      return '/settings/sign-in/connection/test'
    },
  },
  'POST /o/:slug/settings/sign-in/connection/enable': {
    may: MANAGERS,
    status: 303,
    form: async (ids) => ({ id: await connected(ids), enabled: 'yes' }),
  },
  'GET /o/:slug/settings/sign-in/connection/remove': {
    may: MANAGERS,
    status: 200,
    path: async (ids) => {
      await connected(ids)
      return '/settings/sign-in/connection/remove'
    },
  },
  'POST /o/:slug/settings/sign-in/connection/remove': {
    may: MANAGERS,
    status: 303,
    form: async (ids) => ({ id: await connected(ids) }),
  },
}
