import type { MailProvider } from './mail'

/** Development's provider: nothing leaves, and /mailbox shows the deliveries as they would have been sent. */
export function mailbox(): MailProvider {
  return {
    name: 'mailbox',
    label: 'Mailbox',
    perSecond: null,
    send: async () => ({ kind: 'sent', providerId: null }),
    check: async () => ({ kind: 'ok', detail: 'Nothing leaves this machine; every mail is at /mailbox.' }),
  }
}
