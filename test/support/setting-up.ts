import { PASSWORD } from './cast'
import { cookieOf, createWorld } from './world'

/** The form of the first run, filled in well. */
export const setupForm = (fields: Record<string, string> = {}) => ({
  organization: 'Acme & Söhne',
  accountScope: 'shared',
  firstName: 'Olga',
  lastName: 'Owner',
  address: 'Olga@Acme.test',
  password: PASSWORD,
  confirmation: PASSWORD,
  change: 'change-of-the-form',
  ...fields,
})

/** A world whose first form has been sent. */
export const bySetup = async (fields: Record<string, string> = {}) => {
  const world = createWorld()
  const response = await world.fetch('/setup', { form: setupForm(fields) })
  return { world, response, cookie: cookieOf(response) }
}
