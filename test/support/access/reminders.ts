import { run } from '../world'
import { MANAGERS, type Rows } from './row'

export const reminders: Rows = {
  'POST /o/:slug/invitations/:id/pause-reminders': {
    may: MANAGERS,
    status: 303,
    path: ({ invitation }) => `/invitations/${invitation}/pause-reminders`,
    form: () => ({}),
  },
  'POST /o/:slug/invitations/:id/resume-reminders': {
    may: MANAGERS,
    status: 303,
    path: async ({ invitation }) => {
      await run('update invitation set reminders_paused = 1 where id = ?', invitation)
      return `/invitations/${invitation}/resume-reminders`
    },
    form: () => ({}),
  },
}
