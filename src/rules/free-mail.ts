import providers from 'email-providers/all.json'

let known: ReadonlySet<string> | null = null

/** Whether anybody can have an address of this domain, at a provider of mail for everybody. */
export const isFreeMail = (domain: string): boolean => {
  known ??= new Set(providers)
  return known.has(domain)
}
