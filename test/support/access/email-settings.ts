import { settleMail } from '../deliveries'
import { run, START } from '../world'
import { MANAGERS, type Rows } from './row'

export const emailSettings: Rows = {
  'GET /o/:slug/settings/email': { may: MANAGERS, status: 200 },
  'POST /o/:slug/settings/email': {
    may: MANAGERS,
    status: 303,
    form: ({ who }) => ({ language: who === 'owner' ? 'de' : 'fr' }),
  },
  'POST /o/:slug/settings/email/test': { may: MANAGERS, status: 200, form: () => ({}) },
  'POST /o/:slug/settings/email/resend-failed': {
    may: MANAGERS,
    status: 303,
    form: async ({ invitation, who }) => {
      await settleMail(`${who}@example.com`, { state: 'failed', reason: 'Refused' })
      return { id: invitation }
    },
  },
  'GET /o/:slug/settings/email/resume': { may: MANAGERS, status: 200 },
  'POST /o/:slug/settings/email/resume': {
    may: MANAGERS,
    status: 303,
    form: async ({ cast, who }) => {
      // What nobody may resume would stop the next visit's invitation.
      if (MANAGERS.includes(who))
        await run(
          "update organization set sending_paused_at = ?, sending_paused_for = 'bounces' where id = ?",
          START,
          cast.acme.id,
        )
      return {}
    },
  },
}
