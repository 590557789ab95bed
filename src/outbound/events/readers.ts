import { mailgunEvents } from './mailgun'
import { postmarkEvents } from './postmark'
import type { EventReader } from './reader'
import { resendEvents } from './resend'
import { sendgridEvents } from './sendgrid'

export type Proofs = {
  resend: string | null
  postmark: { user: string; password: string } | null
  sendgrid: string | null
  mailgun: string | null
}

/** What reads the events posted by a provider, by its name; null where nothing could prove that they are its. */
export const eventReader = (provider: string, proofs: Proofs): EventReader | null => {
  switch (provider) {
    case 'resend':
      return proofs.resend ? resendEvents(proofs.resend) : null
    case 'postmark':
      return proofs.postmark ? postmarkEvents(proofs.postmark) : null
    case 'sendgrid':
      return proofs.sendgrid ? sendgridEvents(proofs.sendgrid) : null
    case 'mailgun':
      return proofs.mailgun ? mailgunEvents(proofs.mailgun) : null
    default:
      return null
  }
}
