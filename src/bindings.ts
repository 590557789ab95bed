import * as z from 'zod'
import {
  MAIL_SCHEMA,
  type MailSettings,
  mailSettings,
  neededBy,
  type Webhooks,
  webhooks,
} from './mail-settings'
import type { Quotas } from './rules/quotas'
import type { DirectoryProvider } from './rules/sso'

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

export type Settings = {
  appUrl: string
  development: boolean
  mail: MailSettings
  webhooks: Webhooks
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
  /** The APIs that directories of people are read from. */
  directoryUrls: Record<DirectoryProvider, string>
  /** The seats of every organization that has no limit of its own, 0 for no limit, and where to get more. */
  seats: { limit: number; upgradeUrl: string | null }
  /** Who may make another organization. */
  organizationCreation: 'anyone' | 'nobody'
}

/** What is missing or wrong, and the way to set it; never the value. */
export type SettingProblem = { setting: SettingName; problem: string; remedy: string }

const secret = z.string().min(32, 'must be at least 32 characters')
const quota = z.coerce
  .number('must be a whole number')
  .int('must be a whole number')
  .min(0, 'must not be negative')
const percent = z.coerce
  .number('must be a number')
  .min(0, 'must not be negative')
  .max(100, 'must be at most 100')
const appUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
const apiUrl = z
  .url({ protocol: /^https?$/, error: 'must be a URL' })
  .transform((url) => url.replace(/\/+$/, ''))
const SCHEMA = {
  APP_URL: appUrl,
  MODE: z.literal('development', 'is given by npm start alone').optional(),
  ...MAIL_SCHEMA,
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
  GOOGLE_DIRECTORY_BASE_URL: apiUrl.default('https://admin.googleapis.com'),
  MICROSOFT_GRAPH_BASE_URL: apiUrl.default('https://graph.microsoft.com'),
  SEAT_LIMIT: quota.default(0),
  UPGRADE_URL: z.url({ protocol: /^https$/, error: 'must be an https URL' }).optional(),
  ORGANIZATION_CREATION: z.enum(['anyone', 'nobody'], 'must be anyone or nobody').default('nobody'),
}

export type SettingName = keyof typeof SCHEMA
export const SETTING_NAMES = Object.keys(SCHEMA) as SettingName[]

const remedyFor = (setting: SettingName): string =>
  setting === 'MODE' ? 'remove MODE' : `npx wrangler secret put ${setting}`

/** Whether a URL leads to this machine. */
export const isLocal = (url: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)

/** Parses the settings once a request; a deployment with problems answers only /health, which lists them. */
export const readSettings = (env: Env): Settings | { problems: SettingProblem[] } => {
  const given = Object.fromEntries(SETTING_NAMES.map((name) => [name, env[name] || undefined]))
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
  for (const setting of neededBy(given.MAIL_PROVIDER)) if (!given[setting]) report(setting, 'is not set')
  if (given.MAIL_PROVIDER === 'cloudflare' && !env.EMAIL)
    report(
      'MAIL_PROVIDER',
      'cloudflare needs the binding EMAIL',
      'uncomment [[send_email]] in wrangler.toml, then npm run deploy',
    )
  const mail = parsed.success ? mailSettings(parsed.data, env.EMAIL) : null
  if (!parsed.success || problems.length > 0 || mail === null) return { problems }
  const values = parsed.data
  return {
    appUrl: new URL(values.APP_URL).origin,
    development,
    mail,
    webhooks: webhooks(values),
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
    directoryUrls: { google: values.GOOGLE_DIRECTORY_BASE_URL, microsoft: values.MICROSOFT_GRAPH_BASE_URL },
    seats: { limit: values.SEAT_LIMIT, upgradeUrl: values.UPGRADE_URL ?? null },
    organizationCreation: values.ORGANIZATION_CREATION,
  }
}
