import { type Listed, listed } from '../directory'
import { addDirectory } from '../importing'
import { run } from '../world'
import { type Ids, MANAGERS, type Rows } from './row'

/** Connects the directory anew, with somebody in it who was not imported yet. */
const connected = async ({ world, cast, who }: Ids): Promise<Listed> => {
  await run('delete from directory')
  await run('delete from connection')
  await addDirectory(world, cast.acme, cast.owner)
  const person = listed(`${who} Import`)
  world.staff.google.people = [person]
  return person
}

/** Importing people, and the consent that it takes. */
export const directory: Rows = {
  'GET /o/:slug/invitations/import': {
    may: MANAGERS,
    status: 200,
    path: async (ids) => {
      await connected(ids)
      return '/invitations/import'
    },
  },
  'POST /o/:slug/invitations/import': {
    may: MANAGERS,
    status: 303,
    form: async (ids) => ({ do: 'import', person: (await connected(ids)).id }),
  },
  'GET /o/:slug/settings/sign-in/directory': {
    may: MANAGERS,
    status: 303,
    path: async (ids) => {
      await connected(ids)
      return '/settings/sign-in/directory'
    },
  },
  'POST /o/:slug/settings/sign-in/directory/disconnect': {
    may: MANAGERS,
    status: 303,
    form: async (ids) => {
      await connected(ids)
      return {}
    },
  },
}
