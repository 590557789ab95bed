export const NAME_FIELDS = ['first_last', 'single', 'none'] as const
/** Which names the accept page asks for. */
export type NameFields = (typeof NAME_FIELDS)[number]

export const ROLE_AT_SENDING = ['optional', 'required', 'not_offered'] as const
export type RoleAtSending = (typeof ROLE_AT_SENDING)[number]

export const ACCOUNT_SCOPES = ['shared', 'own'] as const
/** Whether an account may join several organizations, or belongs to this one alone. */
export type AccountScope = (typeof ACCOUNT_SCOPES)[number]

export const MAX_NAME = 100

/** Control characters and line breaks never belong in a name that ends up in a page, a mail or a header. */
export const tidyName = (typed: string): string =>
  typed
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** What two names that people take for the same have in common: neither case nor what is not seen tells them apart. */
export const foldName = (name: string): string =>
  tidyName(name.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, ''))
    .toUpperCase()
    .toLowerCase()

// What nobody is called: an address with a scheme, one that begins with www, or a domain with something behind it.
const DOMAIN = String.raw`(?:[\p{L}\p{N}\p{M}_-]+[.。．｡])+\p{L}[\p{L}\p{N}\p{M}-]+`
const SCHEME = /[a-z][a-z\d+.-]*:\/\/+|\bmailto:/giu
const WWW = /(?<![\p{L}\p{N}])www\d?[.。．｡](?=\S)/giu
const BEHIND_DOMAIN = new RegExp(String.raw`(${DOMAIN})(?::\d+|[/?#])\S*`, 'giu')

/** Whether a name has a link in it, so that it is not taken where it is typed. `Booking.com` and `Node.js` are names. */
export const hasLink = (name: string): boolean =>
  name.includes('://') || [WWW, BEHIND_DOMAIN].some((link) => name.search(link) >= 0)

export const NAME_IS_LINK = 'A name cannot be a link.'

/** Neither what joins letters and emoji nor what chooses their shape. */
const UNSEEN = /(?!\u200c|\u200d|[\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}/gu

/** Joins two letters without being seen. */
const WORD_JOINER = '\u2060'

/** As much as `text` has of its first `count` characters. */
const first = (text: string, count: number): string => [...text.slice(0, 2 * count)].slice(0, count).join('')

/**
 * A name as it may stand in a mail, whoever chose it: links lose all but their domain, what is not seen goes, and a
 * word joiner on either side keeps mail programs from making a link of a dot or an @ between letters, where people
 * see no difference.
 */
export const mailName = (name: string): string => {
  const plain = tidyName(
    first(name, 5 * MAX_NAME)
      .replace(UNSEEN, '')
      .replace(SCHEME, '')
      .replace(WWW, '')
      .replace(BEHIND_DOMAIN, '$1')
      .replaceAll('://', ' '),
  )
  const short = [...plain].length > MAX_NAME ? `${first(plain, MAX_NAME - 1)}…` : plain
  return short.replace(/(?<=\S)[.。．｡@＠](?=\S)/gu, `${WORD_JOINER}$&${WORD_JOINER}`)
}

/** The same in a subject or a sender's name, which no mail program makes links of. */
export const withoutJoiners = (header: string): string => header.replaceAll(WORD_JOINER, '')

const SHORTEST_SLUG = 2
export const LONGEST_SLUG = 48

/** Names that would read like a page of Usher itself. */
const RESERVED_SLUGS = [
  'accept-invitation',
  'admin',
  'api',
  'health',
  'mailbox',
  'new',
  'organizations',
  'settings',
  'setup',
  'sign-in',
  'sign-out',
  'usher',
]

/** Why this cannot be an organization's slug, or null. */
export const slugProblem = (slug: string): string | null => {
  if (slug.length < SHORTEST_SLUG || slug.length > LONGEST_SLUG)
    return `Between ${SHORTEST_SLUG} and ${LONGEST_SLUG} characters.`
  if (!/^[a-z0-9-]+$/.test(slug)) return 'Lower-case letters, digits and dashes only.'
  if (/^-|-$/.test(slug)) return 'It begins and ends with a letter or a digit.'
  return RESERVED_SLUGS.includes(slug) ? 'This one is reserved. Choose another.' : null
}

/** A slug of an organization's name: `Acme & Söhne` → `acme-sohne`, and `New`, which is reserved → `new-organization`. */
export const slugOf = (name: string): string => {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST_SLUG)
    .replace(/-+$/, '')
  if (!slug) return 'organization'
  return slugProblem(slug) ? `${slug}-organization` : slug
}

/** How many organizations of one name get a number behind their slug. */
const NUMBERED = 50

/** Slugs to try for an organization's name, the plain one first: `acme`, `acme-2`, … and at last one with `tail`. */
export const slugsFor = (name: string, tail: string): string[] => {
  const slug = slugOf(name)
  const numbers = Array.from({ length: NUMBERED - 1 }, (_, index) => String(index + 2))
  return [
    slug,
    ...[...numbers, tail].map((end) => `${slug.slice(0, 47 - end.length).replace(/-+$/, '')}-${end}`),
  ]
}

/**
 * Where an invitee lands: a path of this site, an https URL, or null for the organization's page.
 * Anything else (another scheme, a protocol-relative address) counts as none.
 */
export const landingOf = (address: string | null): string | null => {
  if (!address) return null
  // A page of the console may be one that a new member may not open.
  if (/^\/o(?:[/?#]|$)/.test(address)) return null
  if (/^\/(?![/\\])[^\p{Cc}\\]*$/u.test(address)) return address
  return URL.canParse(address) && new URL(address).protocol === 'https:' ? address : null
}

/** A note of several lines: line breaks stay, other control characters go. */
export const tidyText = (typed: string): string =>
  typed
    .toWellFormed()
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\n)[\p{Cc}\p{Bidi_C}]/gu, '')
    .trim()
