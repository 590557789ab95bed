import providers from 'email-providers/all.json'

/** What the list lacks. */
const MORE = [
  ...[
    'disroot.org',
    'duck.com',
    'fastmail.com',
    'gmx.ch',
    'kakao.com',
    'keemail.me',
    'mailfence.com',
    'op.pl',
  ],
  ...[
    'posteo.de',
    'posteo.net',
    'riseup.net',
    'sohu.com',
    'startmail.com',
    'tuta.com',
    'tuta.io',
    'tutamail.com',
  ],
  ...['tutanota.com', 'tutanota.de', 'zohomail.com', 'zohomail.eu'],
]

let known: ReadonlySet<string> | null = null

/** Whether anybody can have an address of this domain, at a provider of mail for everybody. */
export const isFreeMail = (domain: string): boolean => {
  known ??= new Set([...providers, ...MORE])
  return known.has(domain)
}
