import type { Context } from '../context'
import { log } from '../log'
import { clearDeleted } from '../usecases/deletion'
import { enqueueOverdue } from '../usecases/deliveries'
import { planNewDigests, sendDigests } from '../usecases/digests'
import { remindInvitees } from '../usecases/reminders'
import { clearOld, expireDue } from '../usecases/upkeep'

type Job = { name: string; schedule: string; run: (ctx: Context) => Promise<number> }

/** Everything that runs by the clock (UTC); the schedules are those of wrangler.toml. */
export const CRON: readonly Job[] = [
  { name: 'enqueue overdue deliveries', schedule: '* * * * *', run: enqueueOverdue },
  { name: 'expire invitations', schedule: '*/5 * * * *', run: expireDue },
  { name: 'remind invitees', schedule: '*/5 * * * *', run: remindInvitees },
  { name: 'send digests', schedule: '*/5 * * * *', run: sendDigests },
  { name: 'clear old sessions', schedule: '17 * * * *', run: clearOld },
  { name: 'delete organizations', schedule: '17 * * * *', run: clearDeleted },
  { name: 'plan digests', schedule: '17 * * * *', run: planNewDigests },
]

/** Runs the jobs of one schedule, each whatever becomes of the others; without a schedule, as when run by hand, all. */
export const runCron = async (schedule: string, ctx: Context): Promise<void> => {
  for (const { name, run } of CRON.filter((job) => !schedule || job.schedule === schedule)) {
    try {
      const count = await run(ctx)
      if (count > 0) log.info('cron', { name, count })
    } catch (error) {
      log.error('cron', error, { name })
    }
  }
}
