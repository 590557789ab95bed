import type { AccountContext } from '../context'
import { deviceWords, type ShownSession, signInWords } from '../rules/devices'
import { refuse } from '../rules/refusals'
import { digest } from '../rules/tokens'
import { type AccountSession, commitSessionEnd, readSessions } from '../storage/account-sessions'
import { intentOf, newId } from './changes'

/** Sessions on the page; more than anybody keeps apart. */
const MOST = 200

const idOf = ({ keys, account }: AccountContext, { hash }: AccountSession): string =>
  digest(keys.current, 'session', account.id, hash)

/** The browser that a User-Agent names; its reader is loaded by this page alone. */
const deviceOf = async (userAgents: readonly string[]): Promise<Map<string, string>> => {
  const { default: bowser } = await import('bowser')
  return new Map(
    userAgents.map((userAgent) => {
      // The reader throws at nothing.
      const parser = userAgent ? bowser.getParser(userAgent) : null
      return [userAgent, deviceWords(parser?.getBrowserName(), parser?.getOSName())]
    }),
  )
}

/** Where the account is signed in, this browser first. */
export const listSessions = async (ctx: AccountContext): Promise<ShownSession[]> => {
  const { sessions } = await readSessions(ctx.db, ctx.account.id, ctx.now, MOST)
  const devices = await deviceOf(sessions.map(({ userAgent }) => userAgent))
  const shown = sessions.map((session) => ({
    id: idOf(ctx, session),
    isThis: session.hash === ctx.account.sessionHash,
    device: devices.get(session.userAgent) ?? deviceWords(undefined, undefined),
    place: session.place,
    method: signInWords(session),
    since: session.createdAt,
    until: session.expiresAt,
  }))
  return [...shown.filter(({ isThis }) => isThis), ...shown.filter(({ isThis }) => !isThis)]
}

const end = async (ctx: AccountContext, changeId: string, only: string | null): Promise<boolean> => {
  const { id, sessionHash } = ctx.account
  const { done, signedIn } = await commitSessionEnd(ctx.db, {
    ...{ event: newId(), changeId, now: ctx.now, userId: id, sessionHash, only },
  })
  return done || signedIn ? done : refuse({ code: 'unauthenticated' })
}

/**
 * Ends one other session of the account, whichever way it began.
 * @throws Refused not_found for what is no other session of it, unauthenticated
 */
export const endSession = async (
  ctx: AccountContext,
  input: { id: string; change: string },
): Promise<void> => {
  const { changeId } = intentOf(ctx, 'end-session', ctx.account.id, input.change, input.id)
  const { sessions, done } = await readSessions(ctx.db, ctx.account.id, ctx.now, MOST, changeId)
  if (done) return
  const session = sessions.find((one) => idOf(ctx, one) === input.id)
  if (!session || session.hash === ctx.account.sessionHash) return refuse({ code: 'not_found' })
  // One that was ended at this very moment is over all the same.
  await end(ctx, changeId, session.hash)
}

/** Ends every other session of the account; false where there is none. @throws Refused unauthenticated */
export const endOtherSessions = (ctx: AccountContext, input: { change: string }): Promise<boolean> => {
  const { changeId } = intentOf(ctx, 'end-other-sessions', ctx.account.id, input.change)
  return end(ctx, changeId, null)
}
