import type { Env, MailMessage, Settings } from './bindings'
import { log } from './log'
import type { MailSettings } from './mail-settings'
import { cloudflare } from './outbound/cloudflare'
import { type Directories, directories } from './outbound/directory'
import { dnsOverHttps, type Resolver } from './outbound/dns'
import { cloudflareReport } from './outbound/events/cloudflare'
import type { EventReader } from './outbound/events/reader'
import { eventReader } from './outbound/events/readers'
import type { MailProvider } from './outbound/mail'
import { mailbox } from './outbound/mailbox'
import { mailgun } from './outbound/mailgun'
import { mailpit } from './outbound/mailpit'
import { type Oidc, openIdConnect } from './outbound/oidc'
import { postmark } from './outbound/postmark'
import { resend } from './outbound/resend'
import { sendgrid } from './outbound/sendgrid'
import type { MailReport } from './rules/mail-events'
import type { Role } from './rules/permissions'
import { deriveKeys, type Keys } from './rules/tokens'
import type { organization } from './storage/schema'

export type Organization = typeof organization.$inferSelect

/** Who acts. A user's or a key's role is the one the guards of every batch ask for again. */
export type Actor =
  | { kind: 'user'; id: string; name: string; address: string; role: Role }
  | { kind: 'api_key'; id: string; name: string; role: Role; access: 'read' | 'write' }

/** Foreign networks and time; everything else is concrete. */
export type Ports = {
  now: () => number
  pause: (ms: number) => Promise<void>
  mailProvider: (settings: Settings) => MailProvider
  resolver: (settings: Settings) => Resolver
  oidc: (settings: Settings) => Oidc
  directories: (settings: Settings) => Directories
}

export type Context = {
  now: number
  settings: Settings
  db: D1Database
  links: KVNamespace
  mail: Queue<MailMessage>
  /** Only for what somebody waits to see; every delivery goes through the queue. */
  provider: MailProvider
  resolver: Resolver
  oidc: Oidc
  directories: Directories
  /** What reads the events of mail providers. */
  mailEvents: {
    /** Those posted by a provider, by its name; null where nothing could prove that they are its. */
    reader: (provider: string) => EventReader | null
    /** The one in a queue's message; null where there is none. */
    queued: (message: unknown) => MailReport | null
  }
  signInLimit: RateLimit
  /** The current keys and, while a root secret is being changed, the previous ones. */
  keys: { current: Keys; previous: Keys | null }
  /** Where a request comes from, for whoever signs in to recognize it: the browser's User-Agent, and city and country. */
  device: { userAgent: string; place: string }
  /** Work that the answer does not wait for; its failure is logged. */
  defer: (event: string, work: Promise<unknown>) => void
}

export type OrganizationContext = Context & {
  actor: Actor
  organization: Organization
  /** Built in and the organization's own, from most to least powerful. */
  roles: readonly Role[]
  /** What opened the organization: the account's own sign-in, its identity provider's word, or both; null for a key. */
  session: { hash: string; own: boolean; granted: boolean } | null
  /** The organizations that the actor can switch to, this one included; of a key, this one alone. */
  memberships: readonly { name: string; slug: string }[]
}

/** Somebody who is signed in, outside of any organization. */
export type AccountContext = Context & {
  account: { id: string; name: string; address: string; isShared: boolean; sessionHash: string }
}

const mailProvider = (mail: MailSettings): MailProvider => {
  switch (mail.provider) {
    case 'mailbox':
      return mailbox()
    case 'resend':
      return resend(mail)
    case 'postmark':
      return postmark(mail)
    case 'sendgrid':
      return sendgrid(mail)
    case 'mailgun':
      return mailgun(mail)
    case 'cloudflare':
      return cloudflare(mail)
    case 'mailpit':
      return mailpit(mail)
  }
}

export const systemPorts: Ports = {
  now: Date.now,
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  mailProvider: ({ mail }) => mailProvider(mail),
  resolver: ({ dnsResolver }) => dnsOverHttps(dnsResolver),
  oidc: ({ development }) => openIdConnect({ local: development }),
  directories: ({ directoryUrls }) => directories(directoryUrls),
}

const derived = new Map<string, Keys>()
const keysOf = (rootSecret: string): Keys => {
  const known = derived.get(rootSecret)
  if (known) return known
  const keys = deriveKeys(rootSecret)
  derived.set(rootSecret, keys)
  return keys
}

export const createContext = (
  env: Env,
  settings: Settings,
  ports: Ports,
  waitUntil: (work: Promise<unknown>) => void,
  device: Context['device'] = { userAgent: '', place: '' },
): Context => ({
  now: ports.now(),
  settings,
  db: env.DB,
  links: env.LINKS,
  mail: env.MAIL,
  provider: ports.mailProvider(settings),
  resolver: ports.resolver(settings),
  oidc: ports.oidc(settings),
  directories: ports.directories(settings),
  mailEvents: {
    reader: (provider) => eventReader(provider, settings.webhooks),
    queued: cloudflareReport,
  },
  signInLimit: env.SIGN_IN_LIMIT,
  keys: {
    current: keysOf(settings.rootSecret),
    previous: settings.previousRootSecret ? keysOf(settings.previousRootSecret) : null,
  },
  device,
  defer: (event, work) => waitUntil(work.catch((error: unknown) => log.error(event, error))),
})
