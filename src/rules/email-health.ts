import { DAY, exactWords, HOUR, MINUTE } from './dates'
import type { PauseReason } from './lifecycle'
import type { MailCheck } from './mail-checks'
import { COUNTED_FOR, pauseWords } from './pausing'
import { count, fieldsOf } from './pieces'

/** `well`; `notice`: works, with something to know; `wrong`: to be mended; `unknown`: could not be found out. */
export type Standing = 'well' | 'notice' | 'wrong' | 'unknown'

/** One thing that was looked at, and what mends it. */
export type Finding = {
  name: string
  standing: Standing
  words: string
  remedy: string | null
  /** The setting of the deployment that mends it. */
  setting: string | null
}

/** What an organization's rows say of its mail; account mails are not among them. */
export type HealthFacts = {
  waiting: number
  oldestWaiting: number | null
  /** Waiting that somebody should have dealt with a while ago. */
  overdue: number
  /** Waiting for tomorrow, over a quota. */
  tomorrow: number
  /** Held by a policy. */
  held: number
  /** Messages that ended in the dead-letter queue lately, and the last time. */
  deadLetters: number
  deadLetterAt: number | null
  lastReport: number | null
  /** The last mail that a provider took long enough ago to have been reported. */
  lastHandedOver: number | null
  /** Pending invitations whose link is signed with the previous key, and when the last of them expires. */
  previousKey: number
  previousKeyUntil: number | null
  /** Pending invitations whose link is signed with no key there is. */
  lostKey: number
  /** Whether other organizations have links of the previous key. */
  previousKeyElsewhere: boolean
  quotaUsed: number
}

/** How much is counted at most; more is told as such. */
export const HEALTH_LIMIT = 1000
/** How far back dead letters and failures are told, in days. */
export const LATELY_DAYS = 30
/** How long a waiting mail may be due before something is wrong, in ms. */
export const LATE = 15 * MINUTE
/** How soon a report should have come, in ms. */
export const REPORTED_WITHIN = HOUR

export type Reports = {
  /** Where the provider posts them; null where it does not. */
  url: string | null
  /** The setting that its signatures are checked with; null for none needed. */
  setting: string | null
  configured: boolean
}

export type Deployment = {
  provider: string
  label: string
  from: string
  reports: Reports | null
  quota: number
  hasPreviousKey: boolean
  timeZone: string
}

const many = (n: number, one: string): string =>
  `${n > HEALTH_LIMIT ? `More than ${HEALTH_LIMIT}` : n} ${n === 1 ? one : `${one}s`}`

const well = (name: string, words: string, remedy: string | null = null): Finding => ({
  name,
  standing: 'well',
  words,
  remedy,
  setting: null,
})

/** Providers that keep every mail on the machine. */
const STAYS: readonly string[] = ['mailbox', 'mailpit']

const providerFinding = ({ provider, label, from }: Deployment): Finding =>
  STAYS.includes(provider)
    ? {
        name: 'Provider',
        standing: 'notice',
        words: `${label}, from ${from}: no mail leaves this machine.`,
        remedy: 'For mails to arrive, choose a provider.',
        setting: 'MAIL_PROVIDER',
      }
    : well('Provider', `${label}, from ${from}.`)

const reportsFinding = (
  { label, reports, timeZone }: Deployment,
  { lastReport, lastHandedOver }: HealthFacts,
): Finding[] => {
  if (!reports) return []
  const name = 'Delivery reports'
  const where = reports.url ? `a webhook at ${label} that posts to ${reports.url}` : `${label}’s events`
  if (!reports.configured)
    return [
      {
        name,
        standing: 'notice',
        words: 'None come, so what bounces or is complained about is not known here.',
        remedy: `Set up ${where} (delivered, bounced, complained), then give its signing secret.`,
        setting: reports.setting,
      },
    ]
  if (lastHandedOver !== null && (lastReport === null || lastReport < lastHandedOver))
    return [
      {
        name,
        standing: 'notice',
        words: `${lastReport === null ? 'None has come yet' : `The last came on ${exactWords(lastReport, timeZone)}`}, although ${label} took a mail on ${exactWords(lastHandedOver, timeZone)}.`,
        remedy: reports.url
          ? `Look at ${where}: whether it is on, for delivered, bounced and complained, and what it was answered. A wrong secret is answered with 401.`
          : 'Subscribe the queue usher-mail-events to the sending events of Email Service.',
        setting: reports.setting,
      },
    ]
  return [
    well(
      name,
      lastReport === null
        ? 'Set up; nothing has been reported yet.'
        : `The last came on ${exactWords(lastReport, timeZone)}.`,
    ),
  ]
}

const waitingFinding = (
  { timeZone }: Deployment,
  { waiting, oldestWaiting, overdue, tomorrow, held }: HealthFacts,
): Finding => {
  const name = 'Waiting'
  if (waiting === 0) return well(name, 'No mail waits.')
  const since = oldestWaiting === null ? '' : `; the oldest since ${exactWords(oldestWaiting, timeZone)}`
  const later =
    tomorrow > 0
      ? ` ${tomorrow} of them ${tomorrow === 1 ? 'waits' : 'wait'} for tomorrow, over a quota.`
      : ''
  const kept = held > 0 ? ` ${held} of them ${held === 1 ? 'is' : 'are'} held by a policy.` : ''
  const words = `${many(waiting, 'mail')} wait${waiting === 1 ? 's' : ''}${since}.${later}${kept}`
  return overdue > 0
    ? {
        name,
        standing: 'wrong',
        words: `${words} ${overdue === 1 ? 'One should' : `${many(overdue, 'mail')} should`} have gone by now.`,
        remedy:
          'Look in Cloudflare at the worker’s cron triggers and at the queue usher-mail: npm run deploy sets up both. What is tried again says why on the invitation’s page.',
        setting: null,
      }
    : well(name, words)
}

/** Of open invitations: what no setting mends, but somebody has to look at. */
const arrivalFinding = (missing: number): Finding => {
  const name = 'Arrival'
  if (missing === 0) return well(name, 'No open invitation’s mail has failed or come back.')
  return {
    name,
    standing: 'notice',
    words: `The mails of ${missing > HEALTH_LIMIT ? `over ${HEALTH_LIMIT}` : missing} open ${missing === 1 ? 'invitation' : 'invitations'} did not arrive.`,
    remedy: 'Recent failures, below, say whose and why, and resend what another mail may reach.',
    setting: null,
  }
}

const deadLetterFinding = ({ timeZone }: Deployment, { deadLetters, deadLetterAt }: HealthFacts): Finding => {
  const name = 'Dead letters'
  if (deadLetters === 0 || deadLetterAt === null) return well(name, `None in ${LATELY_DAYS} days.`)
  return {
    name,
    standing: 'notice',
    words: `${many(deadLetters, 'message')} in ${LATELY_DAYS} days, the last on ${exactWords(deadLetterAt, timeZone)}. Their mails were queued again.`,
    remedy:
      'Many of them mean that the database did not answer for long: the worker’s log has lines mail.claim and mail.dead.',
    setting: null,
  }
}

const keyFindings = (
  { hasPreviousKey, timeZone }: Deployment,
  { previousKey, previousKeyUntil, lostKey, previousKeyElsewhere }: HealthFacts,
): Finding[] => {
  const name = 'Previous key'
  const lost: Finding[] =
    lostKey > 0
      ? [
          {
            name: 'Broken links',
            standing: 'wrong',
            words: `${many(lostKey, 'pending invitation')} ${lostKey === 1 ? 'has a link' : 'have links'} signed with a key that is gone, which open as “Invalid link”.`,
            remedy: 'Resend these invitations, or give the secret they were signed with.',
            setting: 'ROOT_SECRET_PREVIOUS',
          },
        ]
      : []
  if (!hasPreviousKey) return lost
  const keep = { name, standing: 'notice' as const, setting: 'ROOT_SECRET_PREVIOUS' }
  if (previousKey > 0 && previousKeyUntil !== null)
    return [
      ...lost,
      {
        ...keep,
        words: `${many(previousKey, 'pending invitation')} still ${previousKey === 1 ? 'needs' : 'need'} it, until ${exactWords(previousKeyUntil, timeZone)} at the latest${previousKeyElsewhere ? '; so do some of other organizations' : ''}.`,
        remedy: 'Keep it until then, or resend them.',
      },
    ]
  if (previousKeyElsewhere)
    return [
      ...lost,
      { ...keep, words: 'Pending invitations of other organizations still need it.', remedy: 'Keep it.' },
    ]
  return [
    ...lost,
    well(name, 'No pending invitation needs it any more.', 'npx wrangler secret delete ROOT_SECRET_PREVIOUS'),
  ]
}

const quotaFinding = ({ quota }: Deployment, { quotaUsed }: HealthFacts): Finding => {
  const name = 'Today’s quota'
  if (quota === 0) return well(name, `${many(quotaUsed, 'invitation mail')} today (UTC); there is no limit.`)
  const words = `${quotaUsed} of ${quota} invitation mails used today (UTC).`
  return quotaUsed < quota
    ? well(name, words)
    : {
        name,
        standing: 'notice',
        words: `${words} What is sent now waits for tomorrow.`,
        remedy: 'A deployment that trusts its organizations with more sets it higher; 0 is no limit.',
        setting: 'INVITATIONS_PER_DAY',
      }
}

/** What is known without asking any network; `missing` open invitations have a mail that failed or came back. */
export const knownFindings = (deployment: Deployment, facts: HealthFacts, missing: number): Finding[] => [
  providerFinding(deployment),
  ...reportsFinding(deployment, facts),
  arrivalFinding(missing),
  waitingFinding(deployment, facts),
  deadLetterFinding(deployment, facts),
  ...keyFindings(deployment, facts),
  quotaFinding(deployment, facts),
]

/** What the provider answered. */
export const checkFinding = (label: string, check: MailCheck): Finding =>
  check.kind === 'ok'
    ? well('Connection', check.detail)
    : {
        name: 'Connection',
        standing: 'wrong',
        words: check.problem || `${label} does not answer as it should.`,
        remedy: check.remedy,
        setting: check.setting,
      }

/** All is well, or what is not, in one line. */
export const verdictOf = (
  findings: readonly Finding[],
  paused: boolean,
): { standing: Standing; words: string } => {
  const wrong = findings.filter(({ standing }) => standing === 'wrong').length + Number(paused)
  const notices = findings.filter(({ standing }) => standing === 'notice').length
  const things = (n: number) => (n === 1 ? 'One thing' : `${n} things`)
  if (wrong > 0)
    return {
      standing: 'wrong',
      words: `${things(wrong)} to mend${notices > 0 ? `, and ${notices} to look at` : ''}.`,
    }
  if (notices > 0) return { standing: 'notice', words: `Nothing to mend. ${things(notices)} to look at.` }
  const words = findings.some(({ standing }) => standing === 'unknown')
    ? 'All is well, as far as can be seen from here.'
    : 'All is well.'
  return { standing: 'well', words }
}

export type Pause = {
  at: number
  reason: PauseReason
  /** How many of how many mails were bad, where that was written down. */
  bad: number
  mails: number
  /** The percentage at which this deployment pauses, and the setting that says so. */
  limit: number
  setting: string
}

const PAUSE_SETTINGS: Record<PauseReason, string> = {
  bounces: 'PAUSE_AT_BOUNCE_RATE',
  complaints: 'PAUSE_AT_COMPLAINT_RATE',
}

/** The pause that stands, with what its event says. */
export const pauseOf = (
  paused: { at: number | null; reason: PauseReason | null },
  detail: unknown,
  pauseAt: Record<PauseReason, number>,
): Pause | null => {
  if (paused.at === null) return null
  const reason = paused.reason ?? 'bounces'
  const { bad, mails } = fieldsOf(detail)
  const figures = { bad: count(bad), mails: count(mails) }
  return { at: paused.at, reason, ...figures, limit: pauseAt[reason], setting: PAUSE_SETTINGS[reason] }
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** Why sending is paused, with the numbers. */
export const pauseStory = ({ reason, bad, mails, limit }: Pause): string => {
  const why = capital(pauseWords(reason))
  if (mails === 0) return `${why}.`
  const rate = Math.round((bad * 1000) / mails) / 10
  return `${why}: ${bad} of ${mails} in ${COUNTED_FOR / DAY} days, ${rate}%. This deployment pauses at ${limit}%.`
}
