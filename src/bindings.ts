import * as z from 'zod'
import type { Quotas } from './rules/quotas'

/** A queue message names its delivery and nothing else. */
export type MailMessage = { delivery: string }

export type Env = {
  DB: D1Database
  LINKS: KVNamespace
  MAIL: Queue<MailMessage>
  MAIL_DEAD: Queue<MailMessage>
  /** Only so that the queue is there: Cloudflare Email Service fills it. */
  MAIL_EVENTS: Queue<unknown>
  SIGN_IN_LIMIT: RateLimit
  /** Cloudflare Email Service; used by MAIL_PROVIDER=cloudflare alone. */
  EMAIL?: SendEmail
} & Partial<Record<SettingName, string>>

export type MailSettings = { from: string } & (
  | { provider: 'mailbox' }
  | { provider: 'resend'; apiKey: string; baseUrl: string }
  | { provider: 'postmark'; serverToken: string; messageStream: string; baseUrl: string }
  | { provider: 'sendgrid'; apiKey: string; baseUrl: string }
  | { provider: 'mailgun'; apiKey: string; domain: string; baseUrl: string }
  | { provider: 'cloudflare'; binding: SendEmail }
  | { provider: 'mailpit'; baseUrl: string; login: Login | null }
)

type Login = { user: string; password: string }

export type Settings = {
  appUrl: string
  development: boolean
  mail: MailSettings
  /**
   * What proves that events come from a provider; null where its events are not set up. Every provider's, since
   * events of the one before still come after a change.
   */
  webhooks: {
    /** Its signing secret, `whsec_…`. */
    resend: string | null
    /** It signs nothing: what its webhook's address carries as HTTP basic auth. */
    postmark: Login | null
    /** Its public key, as its console shows it. */
    sendgrid: string | null
    /** Its HTTP webhook signing key. */
    mailgun: string | null
  }
  rootSecret: string
  previousRootSecret: string | null
  setupToken: string | null
  quotas: Quotas
  /** Percent of an organization's mails that may come back or be complained about before its sending pauses; 0 for never. */
  pauseAt: { bounces: number; complaints: number }
  /** Whom invitees and admins can turn to, or null. */
  supportUrl: string | null
  /** A resolver that answers DNS over HTTPS (RFC 8484's JSON cousin, as Cloudflare and Google have it). */
  dnsResolver: string
  /** The seats of every organization that has no limit of its own, 0 for no limit, and where to get more. */
  seats: { limit: number; upgradeUrl: string | null }
  /** Who may make another organization. */
  organizationCreation: 'anyone' | 'nobody'
}

/** What is missing or wrong, and the way to set it; never the value. */
export type SettingProblem = { setting: SettingName; problem: string; remedy: string }

const filled = z.string().trim().min(1, 'is empty')
const secret = z.string().min(32, 'must be at least 32 characters')
const quota = z.coerce
  .number('must be a whole number')
  .int('must be a whole number')
  .min(0, 'must not be negative')
const percent = z.coerce
  .number('must be a number')
  .min(0, 'must not be negative')
  .max(100, 'must be at most 100')
const mailFrom = filled.regex(
  /^[^\p{Cc}<>]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/u,
  'must be an address or Name <address>',
)
const appUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
const baseUrl = z
  .url({ protocol: /^https?$/, error: 'must be a URL' })
  .transform((url) => url.replace(/\/+$/, ''))

/** What each provider cannot do without. */
const PROVIDERS = {
  mailbox: [],
  resend: ['RESEND_API_KEY'],
  postmark: ['POSTMARK_SERVER_TOKEN'],
  sendgrid: ['SENDGRID_API_KEY'],
  mailgun: ['MAILGUN_API_KEY', 'MAILGUN_DOMAIN'],
  cloudflare: [],
  mailpit: ['MAILPIT_BASE_URL'],
} as const satisfies Record<MailSettings['provider'], readonly string[]>
const PROVIDER_NAMES = Object.keys(PROVIDERS) as MailSettings['provider'][]

const SCHEMA = {
  APP_URL: appUrl,
  MODE: z.literal('development', 'is given by npm start alone').optional(),
  MAIL_PROVIDER: z.enum(
    PROVIDER_NAMES,
    'must be resend, postmark, sendgrid, mailgun, cloudflare or mailpit, or mailbox with npm start',
  ),
  MAIL_FROM: mailFrom,
  RESEND_API_KEY: filled.optional(),
  RESEND_BASE_URL: baseUrl.default('https://api.resend.com'),
  RESEND_WEBHOOK_SECRET: filled.startsWith('whsec_', 'must begin with whsec_').optional(),
  POSTMARK_SERVER_TOKEN: filled.optional(),
  POSTMARK_MESSAGE_STREAM: filled.default('outbound'),
  POSTMARK_BASE_URL: baseUrl.default('https://api.postmarkapp.com'),
  POSTMARK_WEBHOOK_USER: filled.optional(),
  POSTMARK_WEBHOOK_PASSWORD: z.string().min(16, 'must be at least 16 characters').optional(),
  SENDGRID_API_KEY: filled.optional(),
  SENDGRID_BASE_URL: baseUrl.default('https://api.sendgrid.com'),
  SENDGRID_WEBHOOK_KEY: filled.optional(),
  MAILGUN_API_KEY: filled.optional(),
  MAILGUN_DOMAIN: filled.regex(/^[\w-]+(\.[\w-]+)+$/, 'must be a domain').optional(),
  MAILGUN_BASE_URL: baseUrl.default('https://api.mailgun.net'),
  MAILGUN_WEBHOOK_KEY: filled.optional(),
  MAILPIT_BASE_URL: baseUrl.optional(),
  MAILPIT_USER: filled.optional(),
  MAILPIT_PASSWORD: filled.optional(),
  ROOT_SECRET: secret,
  ROOT_SECRET_PREVIOUS: secret.optional(),
  SETUP_TOKEN: z.string().min(16, 'must be at least 16 characters').optional(),
  INVITATIONS_PER_DAY: quota.default(1000),
  INVITATIONS_PER_SENDER_PER_DAY: quota.default(0),
  MAILS_PER_ADDRESS_PER_DAY: quota.default(5),
  PAUSE_AT_BOUNCE_RATE: percent.default(10),
  PAUSE_AT_COMPLAINT_RATE: percent.default(0.5),
  SUPPORT_URL: z.url({ protocol: /^(https|mailto)$/, error: 'must be an https or mailto URL' }).optional(),
  DNS_RESOLVER: z
    .url({ protocol: /^https?$/, error: 'must be a URL' })
    .default('https://cloudflare-dns.com/dns-query'),
  SEAT_LIMIT: quota.default(0),
  UPGRADE_URL: z.url({ protocol: /^https$/, error: 'must be an https URL' }).optional(),
  ORGANIZATION_CREATION: z.enum(['anyone', 'nobody'], 'must be anyone or nobody').default('nobody'),
}

export type SettingName = keyof typeof SCHEMA
type Values = z.output<z.ZodObject<typeof SCHEMA>>

/** Settings that mean something only together. */
const PAIRS = [
  ['POSTMARK_WEBHOOK_USER', 'POSTMARK_WEBHOOK_PASSWORD'],
  ['MAILPIT_USER', 'MAILPIT_PASSWORD'],
] as const satisfies [SettingName, SettingName][]

const remedyFor = (setting: SettingName): string =>
  setting === 'MODE' ? 'remove MODE' : `npx wrangler secret put ${setting}`

/** Whether a URL leads to this machine. */
export const isLocal = (url: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)

const loginOf = (user?: string, password?: string): Login | null =>
  user && password ? { user, password } : null

/** The chosen provider's settings, or null where one is missing that it needs. */
const mailSettings = (values: Values, binding: SendEmail | undefined): MailSettings | null => {
  const { MAIL_FROM: from, MAIL_PROVIDER: provider } = values
  switch (provider) {
    case 'mailbox':
      return { from, provider }
    case 'resend': {
      const { RESEND_API_KEY: apiKey, RESEND_BASE_URL: baseUrl } = values
      return apiKey ? { from, provider, apiKey, baseUrl } : null
    }
    case 'postmark': {
      const { POSTMARK_SERVER_TOKEN: serverToken, POSTMARK_MESSAGE_STREAM: messageStream } = values
      return serverToken
        ? { from, provider, serverToken, messageStream, baseUrl: values.POSTMARK_BASE_URL }
        : null
    }
    case 'sendgrid': {
      const { SENDGRID_API_KEY: apiKey, SENDGRID_BASE_URL: baseUrl } = values
      return apiKey ? { from, provider, apiKey, baseUrl } : null
    }
    case 'mailgun': {
      const { MAILGUN_API_KEY: apiKey, MAILGUN_DOMAIN: domain, MAILGUN_BASE_URL: baseUrl } = values
      return apiKey && domain ? { from, provider, apiKey, domain, baseUrl } : null
    }
    case 'cloudflare':
      return binding ? { from, provider, binding } : null
    case 'mailpit': {
      const { MAILPIT_BASE_URL: baseUrl } = values
      const login = loginOf(values.MAILPIT_USER, values.MAILPIT_PASSWORD)
      return baseUrl ? { from, provider, baseUrl, login } : null
    }
  }
}

/** Parses the settings once a request; a deployment with problems answers only /health, which lists them. */
export const readSettings = (env: Env): Settings | { problems: SettingProblem[] } => {
  const given = Object.fromEntries(
    Object.keys(SCHEMA).map((name) => [name, env[name as SettingName] || undefined]),
  )
  const parsed = z.object(SCHEMA).safeParse(given)
  const problems: SettingProblem[] = []
  const report = (setting: SettingName, problem: string, remedy = remedyFor(setting)) =>
    problems.push({ setting, problem: `${setting} ${problem}`, remedy })
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      const setting = path[0] as SettingName
      report(setting, given[setting] === undefined ? 'is not set' : message)
    }
  }
  const development = given.MODE === 'development'
  const url = appUrl.safeParse(given.APP_URL).data
  if (url && development && !isLocal(url)) report('MODE', 'is for localhost only')
  if (url && !development && !url.startsWith('https://')) report('APP_URL', 'must begin with https://')
  if (given.MAIL_PROVIDER === 'mailbox' && !development)
    report('MAIL_PROVIDER', 'mailbox sends nothing and is for npm start only')
  const provider = PROVIDER_NAMES.find((name) => name === given.MAIL_PROVIDER)
  for (const setting of provider ? PROVIDERS[provider] : [])
    if (!given[setting]) report(setting, 'is not set')
  if (provider === 'cloudflare' && !env.EMAIL)
    report(
      'MAIL_PROVIDER',
      'cloudflare needs the binding EMAIL',
      'uncomment [[send_email]] in wrangler.toml, then npm run deploy',
    )
  for (const pair of PAIRS) {
    const missing = pair.filter((setting) => !given[setting])
    if (missing.length === 1) for (const setting of missing) report(setting, 'is not set')
  }
  const mail = parsed.success ? mailSettings(parsed.data, env.EMAIL) : null
  if (!parsed.success || problems.length > 0 || mail === null) return { problems }
  const values = parsed.data
  return {
    appUrl: new URL(values.APP_URL).origin,
    development,
    mail,
    webhooks: {
      resend: values.RESEND_WEBHOOK_SECRET ?? null,
      postmark: loginOf(values.POSTMARK_WEBHOOK_USER, values.POSTMARK_WEBHOOK_PASSWORD),
      sendgrid: values.SENDGRID_WEBHOOK_KEY ?? null,
      mailgun: values.MAILGUN_WEBHOOK_KEY ?? null,
    },
    rootSecret: values.ROOT_SECRET,
    previousRootSecret: values.ROOT_SECRET_PREVIOUS ?? null,
    setupToken: values.SETUP_TOKEN ?? null,
    quotas: {
      organization: values.INVITATIONS_PER_DAY,
      sender: values.INVITATIONS_PER_SENDER_PER_DAY,
      address: values.MAILS_PER_ADDRESS_PER_DAY,
    },
    pauseAt: { bounces: values.PAUSE_AT_BOUNCE_RATE, complaints: values.PAUSE_AT_COMPLAINT_RATE },
    supportUrl: values.SUPPORT_URL ?? null,
    dnsResolver: values.DNS_RESOLVER,
    seats: { limit: values.SEAT_LIMIT, upgradeUrl: values.UPGRADE_URL ?? null },
    organizationCreation: values.ORGANIZATION_CREATION,
  }
}
