import type { OutgoingMail } from '../../src/outbound/mail'
import { DAY } from '../../src/rules/dates'
import { rows, START, type World } from './world'

/** After half of the seven days that an invitation lasts, and a day before they are over. */
export const HALF = START + 3.5 * DAY
export const DAY_BEFORE = START + 6 * DAY

/** Lets the jobs of every five minutes run at a moment, and hands over the mails that left. */
export const remindAt = async (world: World, at: number): Promise<OutgoingMail[]> => {
  world.clock.now = at
  const before = world.mails.length
  await world.cron('*/5 * * * *')
  await world.drain()
  return world.mails.slice(before)
}

export type Reminded = {
  status: string
  generation: number
  remind_at: number | null
  remind_again_at: number | null
  reminders_sent: number
  reminders_paused: number
}

/** What an address's invitation remembers of its reminders. */
export const remindersOf = async (address: string): Promise<Reminded | undefined> =>
  (
    await rows<Reminded>(
      `select status, generation, remind_at, remind_again_at, reminders_sent, reminders_paused
        from invitation where address = ? order by created_at desc limit 1`,
      address,
    )
  )[0]

/** The link in the foot of a reminder. */
export const unsubscribeLink = (mail: OutgoingMail | undefined): string => {
  const link = /https?:\/\/\S+\/unsubscribe\?token=[\w-]+/.exec(mail?.text ?? '')?.[0]
  if (!link) throw new Error('There is no link to unsubscribe in this mail')
  return link
}
