/** Who a mail is from, for providers that take name and address apart. */
export type Sender = { address: string; name: string | null }

/** Reads `address`, `Name <address>` or `"Quoted, \"Name\"" <address>` (RFC 5322, 3.4), as MAIL_FROM may be. */
export const senderOf = (from: string): Sender => {
  const [, name = '', address = from] = /^(.*?)\s*<([^<>]*)>$/s.exec(from.trim()) ?? []
  return { address, name: unquoted(name) || null }
}

const unquoted = (name: string): string =>
  /^".*"$/s.test(name) ? name.slice(1, -1).replace(/\\(.)/gs, '$1') : name
