import { run } from '../world'
import { type Ids, MANAGERS, type Rows } from './row'

/** Makes the visit's invitation one that somebody else asked for. */
const asked = async ({ invitation, who, cast }: Ids): Promise<void> => {
  const asker = who === 'owner' ? cast.admin : cast.owner
  await run(
    "update invitation set status = 'awaiting_approval', generation = 2, inviter_id = ? where id = ?",
    asker.id,
    invitation,
  )
}

export const approval: Rows = {
  'POST /o/:slug/invitations/approve': {
    may: MANAGERS,
    status: 303,
    form: async (ids) => {
      await asked(ids)
      return { id: ids.invitation }
    },
  },
  'GET /o/:slug/invitations/decline-approval': {
    may: MANAGERS,
    status: 200,
    path: async (ids) => {
      await asked(ids)
      return `/invitations/decline-approval?id=${ids.invitation}`
    },
  },
  'POST /o/:slug/invitations/decline-approval': {
    may: MANAGERS,
    status: 303,
    form: async (ids) => {
      await asked(ids)
      return { id: ids.invitation }
    },
  },
}
