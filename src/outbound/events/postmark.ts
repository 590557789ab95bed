import { createHash } from 'node:crypto'
import {
  bounced,
  complained,
  DELIVERED,
  type EventReader,
  type Fields,
  fields,
  jsonOf,
  moment,
  type Posted,
  reportOf,
  same,
  text,
  type Verdict,
} from './reader'

type Login = { user: string; password: string }

const digest = (words: string): Buffer => createHash('sha256').update(words).digest()

/** Postmark signs nothing: whoever posts has to know what the webhook's address carries. */
const isAuthentic = ({ user, password }: Login, { headers }: Posted): boolean => {
  const [, given = ''] = /^Basic ([\w+/=-]+)$/i.exec(headers.get('authorization') ?? '') ?? []
  return same(digest(Buffer.from(given, 'base64').toString()), digest(`${user}:${password}`))
}

/** Bounces that say of the address that it takes no mail. */
const DEAD = ['HardBounce', 'BadEmailAddress', 'ManuallyDeactivated']
/** This mail was not delivered, for good. The others are delays and answers of machines. */
const RETURNED = [
  'SoftBounce',
  'DnsError',
  'SpamNotification',
  'VirusNotification',
  'Blocked',
  'DMARCPolicy',
  'SMTPApiError',
]

/** https://postmarkapp.com/developer/webhooks/webhooks-overview, and of bounces …/developer/api/bounce-api#bounce-types */
const verdictOn = (event: Fields): Verdict | null => {
  switch (event.RecordType) {
    case 'Delivery':
      return DELIVERED
    case 'SpamComplaint':
      return complained()
    case 'Bounce': {
      const type = text(event.Type)
      if (type === 'SpamComplaint') return complained()
      if (!DEAD.includes(type) && !RETURNED.includes(type)) return null
      return bounced(DEAD.includes(type) ? 'hard' : 'soft', event.Details, event.Description)
    }
    default:
      return null
  }
}

/** Postmark's events. Bounces and complaints have an id; a delivery happens to a mail once. */
export const postmarkEvents = (login: Login): EventReader => ({
  name: 'postmark',
  label: 'Postmark',
  read: (posted) => {
    if (!isAuthentic(login, posted)) return null
    const event = fields(jsonOf(posted.body))
    const id = typeof event.ID === 'number' ? String(event.ID) : text(event.MessageID)
    const { delivery } = fields(event.Metadata)
    const at = moment(event.DeliveredAt ?? event.BouncedAt)
    return reportOf({ event: id && `${text(event.RecordType)} ${id}`, delivery, at }, verdictOn(event))
  },
})
