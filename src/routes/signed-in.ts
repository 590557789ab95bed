import { enterAccount } from '../usecases/accounts'
import { type Request, readSessionCookie } from './request'

/** The account that is itself signed in here. @throws Refused unauthenticated */
export const accountOf = (c: Request) => enterAccount(c.var.ctx, readSessionCookie(c))
