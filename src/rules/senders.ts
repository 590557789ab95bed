import { addressParser } from 'postal-mime'
import { tidyName } from './names'

/**
 * Who a mail is from: the organization, at the deployment's address; `from` is MAIL_FROM, with a name of its own or
 * without. The name is a quoted string (RFC 5322, 3.2.4); letters beyond ASCII stay as they are, since every
 * provider takes JSON or forms in UTF-8 and encodes the header itself. No < stands in it, so that nobody who reads the
 * header with less care takes a part of the name for the address.
 */
export const sentFor = (from: string, organization: string): string => {
  const address = addressParser(from, { flatten: true })[0]?.address
  const name = tidyName(organization).replaceAll('<', '‹').replaceAll('>', '›')
  return address && name ? `"${name.replace(/["\\]/g, '\\$&')}" <${address}>` : from
}
