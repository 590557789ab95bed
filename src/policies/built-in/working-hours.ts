import type { WorkingHours } from '../../rules/policies'
import { hoursWords, nextWorkingMoment, workingMomentWords } from '../../rules/working-hours'
import { allow, deny, hold, type Operation, type Policy } from '../policy'

/** Mails leave during working hours, by the clocks of the organization's time zone. */
export const workingHours = (hours: WorkingHours): Policy<Operation> => ({
  id: 'working-hours',
  evaluate: ({ now, via, organization: { timeZone } }) => {
    const next = nextWorkingMoment(hours, timeZone, now)
    // What is imported makes no mail.
    if (next <= now || via === 'import') return allow()
    return hours.outside === 'hold'
      ? hold(next, 'Outside working hours')
      : deny({
          code: 'outside_working_hours',
          message: `Invitations are sent during working hours only: ${hoursWords(hours)}`,
          remediation: `Send it again from ${workingMomentWords(hours, timeZone, now)} on.`,
        })
  },
})
