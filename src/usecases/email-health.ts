import type { OrganizationContext } from '../context'
import { paths } from '../paths'
import {
  checkFinding,
  type Deployment,
  type Finding,
  knownFindings,
  pauseOf,
  type Reports,
} from '../rules/email-health'
import type { MailCheck } from '../rules/mail-checks'
import { type DnsAnswer, domainFindings, domainOf, questionKey, questionsOf } from '../rules/sending-domain'
import { readHealth } from '../storage/email-health'
import { authorise } from './authorise'

/** How many failures are listed, and how many invitations are resent at one press. */
const SHOWN = 25
export const RESENT_AT_ONCE = 100
/** How long a network may take to answer a page, in ms. */
const PATIENCE = 6_000

const WEBHOOK_SETTINGS = {
  resend: 'RESEND_WEBHOOK_SECRET',
  postmark: 'POSTMARK_WEBHOOK_USER and POSTMARK_WEBHOOK_PASSWORD',
  sendgrid: 'SENDGRID_WEBHOOK_KEY',
  mailgun: 'MAILGUN_WEBHOOK_KEY',
} as const

/** How what becomes of a mail is heard of; nothing is where mails do not leave. */
const reportsOf = ({ settings }: OrganizationContext): Reports | null => {
  const { provider } = settings.mail
  switch (provider) {
    case 'mailbox':
    case 'mailpit':
      return null
    case 'cloudflare':
      return { url: null, setting: null, configured: true }
    default:
      return {
        url: settings.appUrl + paths.mailEvents(provider),
        setting: WEBHOOK_SETTINGS[provider],
        configured: settings.webhooks[provider] !== null,
      }
  }
}

const deploymentOf = (ctx: OrganizationContext): Deployment => ({
  provider: ctx.settings.mail.provider,
  label: ctx.provider.label,
  from: ctx.settings.mail.from,
  reports: reportsOf(ctx),
  quota: ctx.settings.quotas.organization,
  hasPreviousKey: ctx.keys.previous !== null,
  timeZone: ctx.organization.timeZone,
})

/** What is known of the organization's mail without asking any network. */
export const readEmailHealth = async (ctx: OrganizationContext) => {
  authorise(ctx, 'settings:manage', 'read')
  const { organization, keys, now } = ctx
  const { facts, failures, resendable, pause } = await readHealth(ctx.db, {
    organizationId: organization.id,
    now,
    keyId: keys.current.link.id,
    previousKeyId: keys.previous?.link.id ?? null,
    shown: SHOWN,
    atOnce: RESENT_AT_ONCE,
  })
  const { sendingPausedAt, sendingPausedFor } = organization
  // What waits for the pause to end is not late.
  const known = sendingPausedAt === null ? facts : { ...facts, overdue: 0 }
  return {
    findings: knownFindings(deploymentOf(ctx), known, resendable.count + resendable.unreachable),
    failures,
    resendable,
    pause: pauseOf({ at: sendingPausedAt, reason: sendingPausedFor }, pause?.detail, ctx.settings.pauseAt),
  }
}

const within = async <T>(work: Promise<T>, late: T): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late), PATIENCE)
  })
  try {
    return await Promise.race([work, patience])
  } finally {
    clearTimeout(timer)
  }
}

/** Asks the provider and the domain's name servers, all at once, and waits a few seconds at most. */
export const checkEmail = async (ctx: OrganizationContext): Promise<Finding[]> => {
  authorise(ctx, 'settings:manage', 'read')
  const { settings, provider, resolver } = ctx
  const { mail } = settings
  const domain = domainOf(mail.from)
  const sender = {
    provider: mail.provider,
    label: provider.label,
    domain,
    providerDomain: mail.provider === 'mailgun' ? mail.domain.toLowerCase() : domain,
  }
  const noCheck: MailCheck = {
    kind: 'problem',
    problem: `${provider.label} did not answer in ${PATIENCE / 1000} seconds.`,
    setting: null,
    remedy: 'Check again; if it stays, look at the provider’s status page.',
  }
  const silent: DnsAnswer = { kind: 'silent', problem: 'the resolver did not answer in time.' }
  const [check, answers] = await Promise.all([
    within(provider.check(), noCheck),
    Promise.all(
      questionsOf(sender).map(
        async (question): Promise<[string, DnsAnswer]> => [
          questionKey(question),
          await within(resolver.lookUp(question), silent),
        ],
      ),
    ),
  ])
  return [checkFinding(provider.label, check), ...domainFindings(sender, new Map(answers))]
}
