import * as z from 'zod'

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

/**
 * What proves that events come from a provider; null where its events are not set up. Every provider's, since
 * events of the one before still come after a change.
 */
export type Webhooks = {
  /** Its signing secret, `whsec_…`. */
  resend: string | null
  /** It signs nothing: what its webhook's address carries as HTTP basic auth. */
  postmark: Login | null
  /** Its public key, as its console shows it. */
  sendgrid: string | null
  /** Its HTTP webhook signing key. */
  mailgun: string | null
}

const filled = z.string().trim().min(1, 'is empty')
const mailFrom = filled.regex(
  /^[^\p{Cc}<>]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/u,
  'must be an address or Name <address>',
)
/** Base64 after `whsec_`; what is none would leave a short key, or an empty one that anybody can sign with. */
const signingSecret = filled
  .startsWith('whsec_', 'must begin with whsec_')
  .refine((secret) => Buffer.from(secret.slice(6), 'base64').length >= 16, {
    error: 'must have at least 16 bytes of base64 after whsec_',
    when: ({ issues }) => issues.length === 0,
  })
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
export const PROVIDER_NAMES = Object.keys(PROVIDERS) as MailSettings['provider'][]

/** What the provider of that name needs to be set; nothing for a name that is none. */
export const neededBy = (provider: string | undefined): readonly (keyof typeof MAIL_SCHEMA)[] => {
  const known = PROVIDER_NAMES.find((name) => name === provider)
  return known ? PROVIDERS[known] : []
}

export const MAIL_SCHEMA = {
  MAIL_PROVIDER: z.enum(
    PROVIDER_NAMES,
    'must be resend, postmark, sendgrid, mailgun, cloudflare or mailpit, or mailbox with npm start',
  ),
  MAIL_FROM: mailFrom,
  RESEND_API_KEY: filled.optional(),
  RESEND_BASE_URL: baseUrl.default('https://api.resend.com'),
  RESEND_WEBHOOK_SECRET: signingSecret.optional(),
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
}

type Values = z.output<z.ZodObject<typeof MAIL_SCHEMA>>

/** Null while one of the two is missing: they cannot be set at once. */
const loginOf = (user?: string, password?: string): Login | null =>
  user && password ? { user, password } : null

/** The chosen provider's settings, or null where one is missing that it needs. */
export const mailSettings = (values: Values, binding: SendEmail | undefined): MailSettings | null => {
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

export const webhooks = (values: Values): Webhooks => ({
  resend: values.RESEND_WEBHOOK_SECRET ?? null,
  postmark: loginOf(values.POSTMARK_WEBHOOK_USER, values.POSTMARK_WEBHOOK_PASSWORD),
  sendgrid: values.SENDGRID_WEBHOOK_KEY ?? null,
  mailgun: values.MAILGUN_WEBHOOK_KEY ?? null,
})
