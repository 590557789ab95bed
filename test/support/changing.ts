import { freshChange, type Person } from './cast'
import type { World } from './world'

/** Posts a resending or a revoking as the page's forms do. */
export const postChange = (
  world: World,
  who: Person,
  verb: 'resend' | 'revoke',
  fields: Record<string, string | readonly string[]>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  world.fetch(`/o/acme/invitations/${verb}`, {
    cookie: who.cookie,
    headers,
    form: { change: freshChange(), ...fields },
  })
