import { type SQL, sql } from 'drizzle-orm'

/** The account has an authenticator app, so that its password alone signs nobody in. */
export const hasSecondStep = (userId: SQL): SQL =>
  sql`exists (select 1 from authenticator where user_id = ${userId} and confirmed_at is not null)`
