import type { OutgoingMail } from '../../src/outbound/mail'

/** A mail as the consumer hands it over. */
export const MAIL: OutgoingMail = {
  id: '019361f0-7f6a-7c3e-9c39-5f8f7d1a2b3c',
  from: '"Acme, \\"Inc.\\"" <invitations@usher.example>',
  to: 'ann@example.com',
  subject: 'Ada lädt Sie ein: 参加 Acme',
  html: '<p>Hello Ann ✓</p>',
  text: 'Hello Ann ✓',
  headers: {
    'Auto-Submitted': 'auto-generated',
    'List-Unsubscribe': '<https://usher.example/unsubscribe?token=abc>',
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  },
}
