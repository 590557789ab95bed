import { type SQL, sql } from 'drizzle-orm'
import type { SecondFactor, SignInMethod } from '../rules/sign-in'
import { rowOf, rowsOf, runBatch } from './batch'
import { CLAIM_COLUMNS, claimValues, notYetDone } from './guards'
import { isGranted, isOwnSession } from './sessions'

export type AccountSession = {
  hash: string
  own: boolean
  method: SignInMethod
  secondFactor: SecondFactor | null
  userAgent: string
  place: string
  createdAt: number
  expiresAt: number
  /** Names of the organizations that identity providers have opened to it. */
  opened: string[]
}

/** Session `s` of the account lives and opens something. */
const isAlive = (userId: string, now: number): SQL =>
  sql`s.user_id = ${userId} and s.expires_at > ${now}
    and (s.own or exists (select 1 from session_grant x where x.session_hash = s.hash
      and ${isGranted(sql`x.organization_id`, now)}))`

/** The account's living sessions, the newest first, and whether this change has been committed before; one round trip. */
export const readSessions = async (
  db: D1Database,
  userId: string,
  now: number,
  limit: number,
  changeId = '',
): Promise<{ sessions: AccountSession[]; done: boolean }> => {
  const [found, done] = await runBatch(db, [
    sql`select s.hash, s.own, s.method, s.second_factor as "secondFactor", s.user_agent as "userAgent", s.place,
        s.created_at as "createdAt", s.expires_at as "expiresAt",
        (select json_group_array(o.name) from organization o where ${isGranted(sql`o.id`, now)}
          and o.id in (select organization_id from session_grant where session_hash = s.hash)) as opened
      from session s where ${isAlive(userId, now)} order by s.created_at desc, s.hash limit ${limit}`,
    sql`select 1 from audit_event where change_id = ${changeId}`,
  ])
  const sessions = rowsOf<Omit<AccountSession, 'own' | 'opened'> & { own: number; opened: string }>(found)
  return {
    sessions: sessions.map((row) => ({
      ...row,
      own: Boolean(row.own),
      opened: JSON.parse(row.opened) as string[],
    })),
    done: rowOf(done) !== null,
  }
}

/**
 * Ends sessions of the account, all but the one that asks, or one of them, while the account itself is signed in with
 * that one. Answers whether this change has ended any, now or before, and whether who asks is still signed in.
 */
export const commitSessionEnd = async (
  db: D1Database,
  ending: {
    event: string
    changeId: string
    now: number
    userId: string
    sessionHash: string
    /** The one to end; null for all others. */
    only: string | null
  },
): Promise<{ done: boolean; signedIn: boolean }> => {
  const { event, userId, sessionHash, only, now } = ending
  const mine = sql`exists (select 1 from audit_event where id = ${event})`
  const ended = sql`user_id = ${userId} and hash <> ${sessionHash} and expires_at > ${now} ${only === null ? sql`` : sql`and hash = ${only}`}`
  const signedIn = sql`exists (select 1 from session s where ${isOwnSession(sessionHash, now)} and s.user_id = ${userId})`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId: ending.changeId,
        organizationId: null,
        action: 'session.ended',
        actor: { kind: 'user', id: sql`u.id`, name: sql`iif(u.name = '', u.typed_address, u.name)` },
        target: { kind: 'user', id: sql`u.id`, name: sql`u.typed_address` },
        at: now,
        detail: sql`json_object('by', 'user', 'sessions', (select count(*) from session where ${ended}))`,
      })}
      from user u where u.id = ${userId} and ${signedIn} and exists (select 1 from session where ${ended})
        and ${notYetDone(ending.changeId)}`,
    sql`delete from session_grant where session_hash in (select hash from session where ${ended}) and ${mine}`,
    sql`delete from session where ${ended} and ${mine}`,
    sql`select exists (select 1 from audit_event where change_id = ${ending.changeId}) as done, ${signedIn} as "signedIn"`,
  ])
  const facts = rowOf<{ done: number; signedIn: number }>(answers.at(-1))
  return { done: Boolean(facts?.done), signedIn: Boolean(facts?.signedIn) }
}
