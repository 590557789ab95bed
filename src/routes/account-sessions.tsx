import { Hono } from 'hono'
import { SessionsPage, type SessionsTold } from '../../views/account/sessions'
import { paths } from '../paths'
import { endOtherSessions, endSession, listSessions } from '../usecases/account-sessions'
import { type AppEnv, mintChange, type Request, readForm } from './request'
import { accountOf } from './signed-in'

const TOLD: readonly SessionsTold[] = ['ended', 'others', 'none']

const done = (c: Request, notice: SessionsTold) => c.redirect(paths.accountSessions({ notice }), 303)

/** Where somebody is signed in, and signing out elsewhere. */
export const accountSessions = new Hono<AppEnv>()
  .get('/account/sessions', async (c) => {
    const ctx = await accountOf(c)
    return c.html(
      <SessionsPage
        account={ctx.account}
        sessions={await listSessions(ctx)}
        told={TOLD.find((told) => told === c.req.query('notice')) ?? null}
        change={mintChange()}
      />,
    )
  })
  .post('/account/sessions/end', async (c) => {
    const ctx = await accountOf(c)
    const form = await readForm(c)
    await endSession(ctx, { id: form.text('id'), change: form.text('change') || mintChange() })
    return done(c, 'ended')
  })
  .post('/account/sessions/end-others', async (c) => {
    const ctx = await accountOf(c)
    const form = await readForm(c)
    const ended = await endOtherSessions(ctx, { change: form.text('change') || mintChange() })
    return done(c, ended ? 'others' : 'none')
  })
