import type { Organization } from '../context'
import { type Departure, departureOf } from '../rules/quotas'
import { nextWorkingMoment } from '../rules/working-hours'
import type { Judgement } from './evaluation'

/** When a mail may leave by what the policies have decided of its address; pushed to another day, it keeps to working hours too. */
export const departureFor = (
  { organization, now }: { organization: Pick<Organization, 'policies' | 'timeZone'>; now: number },
  judgement: Judgement,
): Departure => {
  const { workingHours } = organization.policies
  return departureOf(now, judgement, (ms) =>
    workingHours ? nextWorkingMoment(workingHours, organization.timeZone, ms) : ms,
  )
}
