import type { AuditEvent } from './audit'
import { count, type Fields, fieldsOf, type Phrase, role, say, text } from './pieces'
import { sentence, termChanges, wasAwaiting } from './sentences'
import {
  bouncedWords,
  type LifeMail,
  mailName,
  type Placed,
  RANK,
  reasonIn,
  type Tone,
} from './timeline-mails'

type Telling = { who: Phrase; fields: Fields; mail: LifeMail | undefined }
type Told = { rank: number; tone: Tone; words: (telling: Telling) => Phrase }

const as = ({ role: label }: Fields): Phrase => {
  const named = role(label)
  return named ? say` as ${named}` : []
}

const begun = (verb: string): Told => ({
  rank: RANK.begun,
  tone: 'plain',
  words: ({ who, fields }) => say`${text(fields.awaiting) ? 'Asked for' : verb} by ${who}${as(fields)}`,
})
const met = (tone: Tone, words: Told['words']): Told => ({ rank: RANK.met, tone, words })
const reported = (tone: Tone, words: (fields: Fields) => string): Told => ({
  rank: tone === 'good' ? RANK.delivered : RANK.reported,
  tone,
  words: ({ mail, fields }) => [`${mailName(mail?.kind ?? fields.kind)} ${words(fields)}`],
})

/** How the page of an invitation tells what happened to it: shorter than the audit log, which has to say of whom. */
const TOLD: ReadonlyMap<string, Told> = new Map([
  ['invitation.sent', begun('Sent')],
  ['invitation.renewed', begun('Renewed')],
  ['invitation.resent', begun('Resent')],
  [
    'invitation.edited',
    met('plain', ({ who, fields }) => {
      const changed = termChanges(fields)
      return changed.length > 0 ? say`Edited by ${who}: ${changed}` : say`Edited by ${who}`
    }),
  ],
  ['invitation.opened', met('good', () => ['Page opened'])],
  ['invitation.accepted', met('good', ({ who, fields }) => say`Accepted by ${who}, who joined${as(fields)}`)],
  ['invitation.declined', met('bad', () => ['Declined by the invitee'])],
  ['invitation.approved', { ...met('good', ({ who }) => say`Approved by ${who}`), rank: RANK.begun }],
  ['invitation.approval_declined', met('bad', ({ who }) => say`Declined by ${who}: nothing was sent`)],
  [
    'invitation.revoked',
    met('bad', ({ who, fields }) => say`${wasAwaiting(fields) ? 'Withdrawn' : 'Revoked'} by ${who}`),
  ],
  ['invitation.expired', met('waiting', () => ['Expired'])],
  [
    'invitation.reminded',
    {
      rank: RANK.queued,
      tone: 'plain',
      words: ({ mail, fields }) => [`${mailName(mail?.kind ?? fields.kind ?? 'reminder')} queued`],
    },
  ],
  ['reminders.paused', met('plain', ({ who }) => say`Reminders paused by ${who}`)],
  ['reminders.resumed', met('plain', ({ who }) => say`Reminders resumed by ${who}`)],
  ['reminders.unsubscribed', met('bad', () => ['The invitee wants no more reminders'])],
  ['reminders.resubscribed', met('good', () => ['The invitee wants reminders again'])],
  ['mail.delivered', reported('good', () => 'delivered')],
  ['mail.bounced', reported('bad', ({ bounce }) => bouncedWords(bounce))],
  ['mail.complained', reported('bad', () => 'reported as spam')],
])

const doer = ({ actor }: AuditEvent): Phrase => {
  const name = text(actor.name) ?? 'somebody'
  return actor.kind === 'api_key' ? say`API key ${name}` : [name]
}

/** When it happened: a sweep writes an expiry down a while after, and a provider tells what it has known for longer. */
const momentOf = ({ action, at }: AuditEvent, { expiresAt, reportedAt }: Fields): number => {
  const known = count(action === 'invitation.expired' ? expiresAt : reportedAt)
  return known > 0 ? Math.min(at, known) : at
}

/** An event as an entry; one that only a later release knows is told as the audit log tells it. */
export const eventEntry = (event: AuditEvent, mail: LifeMail | undefined, timeZone: string): Placed => {
  const fields = fieldsOf(event.detail)
  const at = momentOf(event, fields)
  const told = TOLD.get(event.action)
  return {
    key: event.id,
    at,
    when: at,
    rank: told?.rank ?? RANK.met,
    tone: told?.tone ?? 'plain',
    words: told ? told.words({ who: doer(event), fields, mail }) : sentence(event, timeZone),
    reason: reasonIn(fields.reason ?? fields.awaiting),
  }
}
