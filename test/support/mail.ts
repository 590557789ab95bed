import type { MailMessage } from '../../src/bindings'
import { invite, type Person } from './cast'
import { rows, type World } from './world'

export type DeliveryRow = {
  id: string
  state: string
  attempts: number
  due_at: number
  reason: string | null
  provider: string | null
  provider_id: string | null
  sent_at: number | null
  generation: number
}

/** Every delivery to an address, in the order of its generations. */
export const deliveriesTo = (address: string): Promise<DeliveryRow[]> =>
  rows<DeliveryRow>(
    `select id, state, attempts, due_at, reason, provider, provider_id, sent_at, generation
      from delivery where address = ? order by generation`,
    address,
  )

/** The latest delivery to an address. */
export const deliveryTo = async (address: string): Promise<DeliveryRow> => {
  const latest = (await deliveriesTo(address)).at(-1)
  if (!latest) throw new Error(`There is no delivery to ${address}`)
  return latest
}

/** What the invitation of an address shows of its mail. */
export const shownMail = async (address: string) =>
  (
    await rows<{ mail_state: string; mail_reason: string | null }>(
      'select mail_state, mail_reason from invitation where address = ? order by created_at desc',
      address,
    )
  )[0]

/** Takes the messages that wait in the world's queue. */
export const takeMessages = (world: World): MailMessage[] => world.messages.splice(0).map(({ body }) => body)

/** Invites through the page and hands over the queue messages instead of delivering them. */
export const inviteAndHold = async (
  world: World,
  who: Person,
  addresses: string | readonly string[],
  fields: Record<string, string> = {},
): Promise<MailMessage[]> => {
  await invite(world, who, addresses, fields)
  return takeMessages(world)
}
