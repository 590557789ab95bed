import { Hono } from 'hono'
import { UnsubscribePage } from '../../views/unsubscribe'
import { paths } from '../paths'
import { changeSubscription, openReminderLink, pauseReminders, resumeReminders } from '../usecases/reminders'
import { answerDone } from './done'
import { type AppEnv, mintChange, pageLanguage, type Request, readForm } from './request'

const answerPress = (c: Request, id: string, outcome: 'done' | 'unchanged', notice: string) =>
  answerDone(c, outcome === 'done' ? notice : 'unchanged', paths.invitation(c.var.org.organization.slug, id))

/** Pausing the reminders of one invitation, and letting them go on. */
export const reminders = new Hono<AppEnv>()
  .post('/invitations/:id/pause-reminders', async (c) => {
    const form = await readForm(c)
    const id = c.req.param('id')
    const outcome = await pauseReminders(c.var.org, { id, change: form.text('change') || mintChange() })
    return answerPress(c, id, outcome, 'reminders-paused')
  })
  .post('/invitations/:id/resume-reminders', async (c) => {
    const form = await readForm(c)
    const id = c.req.param('id')
    const outcome = await resumeReminders(c.var.org, { id, change: form.text('change') || mintChange() })
    return answerPress(c, id, outcome, 'reminders-resumed')
  })

const answerLink = (
  c: Request,
  token: string,
  link: Awaited<ReturnType<typeof openReminderLink>>,
  done: 'unsubscribed' | 'resubscribed' | null,
) => {
  const language = pageLanguage(c)(link?.language)
  return c.html(<UnsubscribePage {...{ language, token, link, done }} />, link ? 200 : 404)
}

/** The link in the foot of a reminder; its token stands in the query for people and for mail providers (RFC 8058) alike. */
export const reminderLinks = new Hono<AppEnv>()
  .get('/unsubscribe', async (c) => {
    const token = c.req.query('token') ?? ''
    return answerLink(c, token, await openReminderLink(c.var.ctx, token), null)
  })
  .post('/unsubscribe', async (c) => {
    const token = c.req.query('token') ?? ''
    const wanted = (await readForm(c)).text('wanted') === 'yes'
    const link = await changeSubscription(c.var.ctx, { token, wanted })
    return answerLink(c, token, link, wanted ? 'resubscribed' : 'unsubscribed')
  })
