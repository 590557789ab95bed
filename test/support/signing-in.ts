import { PASSWORD } from './cast'
import type { Visit, World } from './world'

/** The address of the cast's admin. */
export const ADA = 'ada.admin@acme.test'

/** Sends the form of a sign-in page, filled in well but for `fields`. */
export const signIn = (
  world: World,
  fields: Record<string, string> = {},
  path = '/o/acme/sign-in',
  visit: Visit = {},
): Promise<Response> => world.fetch(path, { ...visit, form: { address: ADA, password: PASSWORD, ...fields } })
