import { MEMBERS, OWNERS, type Rows, WHO } from './row'

export const organization: Rows = {
  'GET /o/:slug': { may: MEMBERS, status: 200 },
  'GET /o/:slug/settings/api-keys': { may: OWNERS, status: 200 },
  'POST /o/:slug/settings/api-keys': {
    may: OWNERS,
    status: 200,
    form: () => ({ name: 'Product', role: 'admin', access: 'write' }),
  },
  'POST /o/:slug/settings/api-keys/revoke': { may: OWNERS, status: 303, form: ({ key }) => ({ id: key }) },
  'GET /o/:slug/sign-in': { may: WHO, status: 200 },
  'POST /o/:slug/sign-in': {
    may: WHO,
    status: 422,
    form: () => ({ address: 'nobody@example.com', password: 'wrong password' }),
  },
  'GET /o/:slug/forgot-password': { may: WHO, status: 200 },
  'POST /o/:slug/forgot-password': {
    may: WHO,
    status: 200,
    form: ({ who }) => ({ address: `${who}@example.com` }),
  },
}
