import type { Resolver } from '../../../src/outbound/dns'
import { run, START } from '../world'
import { type Ids, MANAGERS, type Rows } from './row'

/** Every domain listed for a visit has its record. */
export const provingResolver: Resolver = {
  lookUp: async ({ name }) => ({
    kind: 'records',
    records: [`usher-verification=proof-of-${name.split('.')[0]}`],
  }),
}

/** A domain listed for this visit alone. */
const ownDomain = async ({ cast, who }: Ids): Promise<string> => {
  const domain = `${who}.acme.test`
  await run(
    'insert into domain (organization_id, domain, proof, created_at) values (?, ?, ?, ?)',
    cast.acme.id,
    domain,
    `proof-of-${who}`,
    START,
  )
  return domain
}

export const domains: Rows = {
  'GET /o/:slug/settings/domains': { may: MANAGERS, status: 200 },
  'POST /o/:slug/settings/domains': {
    may: MANAGERS,
    status: 303,
    form: ({ who }) => ({ domain: `new-${who}.acme.test` }),
  },
  'POST /o/:slug/settings/domains/prove': {
    may: MANAGERS,
    status: 303,
    form: async (ids) => ({ domain: await ownDomain(ids) }),
  },
  'GET /o/:slug/settings/domains/remove': {
    may: MANAGERS,
    status: 200,
    path: async (ids) => `/settings/domains/remove?domain=${await ownDomain(ids)}`,
  },
  'POST /o/:slug/settings/domains/remove': {
    may: MANAGERS,
    status: 303,
    form: async (ids) => ({ domain: await ownDomain(ids) }),
  },
}
