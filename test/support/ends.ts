import { DAY } from '../../src/rules/dates'
import { inviteAndMail } from './cast'
import { logged } from './faults'
import { acceptAsNew, decline, type invited, JANE, resendAndMail, revoke } from './invitee'

export type Stage = Awaited<ReturnType<typeof invited>>

/** Every way in which the link of a stage can come to its end. */
export const ENDS: Record<string, (stage: Stage) => Promise<unknown>> = {
  expired: async ({ world }) => {
    world.clock.now += 7 * DAY
  },
  'expired and swept': async ({ world }) => {
    logged()
    world.clock.now += 7 * DAY
    await world.cron('*/5 * * * *')
  },
  revoked: ({ world, admin }) => revoke(world, admin),
  replaced: ({ world, admin }) => resendAndMail(world, admin),
  'replaced by a renewal': async ({ world, admin }) => {
    world.clock.now += 8 * DAY
    await inviteAndMail(world, admin, JANE)
  },
  used: ({ world, token }) => acceptAsNew(world, token),
  'used, by a newer link': async ({ world, admin }) =>
    acceptAsNew(world, (await resendAndMail(world, admin)).token),
  declined: ({ world, token }) => decline(world, token),
}
