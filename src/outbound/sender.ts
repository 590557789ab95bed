import { addressParser } from 'postal-mime'

/** Who a mail is from, for providers that take name and address apart. */
export type Sender = { address: string; name: string | null }

/** Reads `address`, `Name <address>` or `"Quoted, Name" <address>` (RFC 5322, 3.4). */
export const senderOf = (from: string): Sender => {
  const [mailbox] = addressParser(from, { flatten: true })
  return { address: mailbox?.address || from, name: mailbox?.name || null }
}
