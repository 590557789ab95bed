import { sql } from 'drizzle-orm'

/** The address of invitation `i` does not take its mail, or its people want none: sending again would only repeat that. */
export const UNREACHABLE = sql`(i.mail_state = 'complained' or exists (select 1 from delivery d where d.subject_id = i.id
  and d.generation = i.generation and d.organization_id = i.organization_id
  and (d.state = 'complained' or d.bounce = 'hard')))`

/** The current mail of invitation `i` did not arrive, and another one may. */
export const MAY_TRY_AGAIN = sql`(i.mail_state in ('failed', 'bounced') and not ${UNREACHABLE})`
