import { expect } from 'vitest'
import type { MailResult, OutgoingMail } from '../../src/outbound/mail'
import { sha256 } from '../../src/rules/tokens'
import { linkIn, rows, tokenIn, type World } from './world'

/** What the provider makes of a mail; `lost`: it takes it, but nobody hears of that. */
export type Fate = MailResult | 'lost'

const SENT: Fate = { kind: 'sent', providerId: null }
const UNHEARD: MailResult = { kind: 'retry', reason: 'It did not answer in time.', afterSeconds: null }

/** A provider that keeps every mail it was handed, and knows again by its id what it took before. */
export const postOffice = (world: World) => {
  const calls: { mail: OutgoingMail; at: number }[] = []
  const took = new Map<string, OutgoingMail>()
  const office = {
    calls,
    took,
    decide: (_mail: OutgoingMail, _nth: number): Fate | Promise<Fate> => SENT,
  }
  world.provider.answer = async (mail) => {
    calls.push({ mail, at: world.clock.now })
    const fate = await office.decide(mail, calls.length - 1)
    if (fate === 'lost' || fate.kind === 'sent') took.set(mail.id, took.get(mail.id) ?? mail)
    return fate === 'lost' ? UNHEARD : fate
  }
  return office
}

type Row = {
  id: string | null
  state: string
  attempts: number
  reason: string | null
  sent_at: number | null
  provider: string | null
  generation: number
  invitation: string
  status: string
  current: number
  token_hash: string
  mail_state: string
  mail_reason: string | null
}

/** What is wrong with a delivery, by the mails that the provider was handed and took. */
const problemsOf = (row: Row, handed: readonly OutgoingMail[], taken: OutgoingMail | undefined): string[] => {
  const { state, reason, generation, current } = row
  const isCurrent = generation === current
  const hashOf = (mail: OutgoingMail) => sha256(Buffer.from(tokenIn(mail), 'base64url'))
  const found: [boolean, string][] = [
    [new Set(handed.map((mail) => JSON.stringify(mail))).size > 1, 'was not the same each time'],
    [handed.length > row.attempts, 'was handed over more often than it counts'],
    [state === 'sent' && !taken, 'is not at the provider'],
    [state === 'sent' && (reason !== null || !row.sent_at || !row.provider), 'is not sent in every column'],
    [['failed', 'cancelled'].includes(state) && !reason, 'does not say why'],
    [state === 'cancelled' && isCurrent && row.status === 'pending', 'is still wanted'],
    [isCurrent && (row.mail_state !== state || row.mail_reason !== reason), 'is shown otherwise'],
    [
      isCurrent && taken !== undefined && hashOf(taken) !== row.token_hash,
      'has another link than its invitation',
    ],
  ]
  return found.flatMap(([wrong, what]) => (wrong ? [`${row.id} (${state}) ${what}`] : []))
}

/**
 * Holds a world to its promise: every invitation has a mail or a visible reason, each mail was the same however often
 * it was handed over, every link that is out is its invitation's, and the counts add up. Answers the deliveries by
 * state; until everything is quiet some may be `waiting`.
 */
export const expectAccounted = async (
  { calls, took }: Pick<ReturnType<typeof postOffice>, 'calls' | 'took'>,
  { waiting = 0 } = {},
): Promise<Record<string, number>> => {
  const deliveries = await rows<Row>(
    `select d.id, d.state, d.attempts, d.reason, d.sent_at, d.provider, d.generation, i.id as invitation, i.status,
        i.generation as current, i.token_hash, i.mail_state, i.mail_reason
      from invitation i left join delivery d on d.subject_id = i.id and d.kind = 'invitation'`,
  )
  const handed = Map.groupBy(calls, ({ mail }) => mail.id)
  const problems = deliveries.flatMap((row) =>
    row.id === null
      ? [`invitation ${row.invitation} has no mail`]
      : problemsOf(
          row,
          (handed.get(row.id) ?? []).map(({ mail }) => mail),
          took.get(row.id),
        ),
  )
  const known = new Set(deliveries.map(({ id }) => id))
  const strangers = [...handed.keys()].filter((id) => !known.has(id))
  expect([...problems, ...strangers.map((id) => `${id} is not known`)]).toEqual([])

  const states: Record<string, number> = {}
  for (const { state } of deliveries) states[state] = (states[state] ?? 0) + 1
  const current = deliveries.filter((row) => row.generation === row.current).map((row) => row.invitation)
  expect(new Set(current).size, 'one current mail an invitation').toBe(current.length)
  expect(current.length).toBe(new Set(deliveries.map(({ invitation }) => invitation)).size)
  expect(new Set([...took.values()].map(linkIn)).size, 'a link of its own in each mail').toBe(took.size)
  const [events] = await rows<{ n: number }>(
    "select count(*) as n from audit_event where action in ('invitation.sent', 'invitation.renewed', 'invitation.resent')",
  )
  expect(deliveries.length, 'one delivery for each sending').toBe(events?.n)
  expect((states.queued ?? 0) + (states.sending ?? 0), 'nothing else waits').toBe(waiting)
  return states
}
