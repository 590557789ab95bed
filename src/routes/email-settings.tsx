import { Hono } from 'hono'
import { Part } from '../../views/console'
import { renderTestMail } from '../../views/mail/test'
import { EmailSettingsPage } from '../../views/settings/email'
import { EmailHealth, type HealthProps } from '../../views/settings/email-health'
import { ResumeForm, ResumePage } from '../../views/settings/resume'
import { TestMail } from '../../views/settings/test-mail'
import { paths } from '../paths'
import { resentWords } from '../rules/outcomes'
import { can } from '../rules/permissions'
import { refuse } from '../rules/refusals'
import { chosenReminder, EMAIL_SETTINGS, type ReminderChoice, reminderChoice } from '../rules/settings'
import { checkEmail, RESENT_AT_ONCE, readEmailHealth } from '../usecases/email-health'
import { resendInvitations } from '../usecases/invitations'
import { resumeSending } from '../usecases/sending-pause'
import { sendTestMail, TESTS_PER_HOUR, type TestOutcome } from '../usecases/test-mail'
import { answerChange } from './invitations'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm, wantsPartial } from './request'
import { formOf, readPosted, readShown, type Shown, save } from './settings'

/** What the health says now, the networks asked or not. */
const healthProps = async (c: Request, asking: boolean): Promise<HealthProps> => {
  const { org } = c.var
  const { slug } = org.organization
  const [known, checked] = await Promise.all([readEmailHealth(org), asking ? checkEmail(org) : null])
  return {
    ...known,
    slug,
    checked,
    mayResend: can(org.actor.role, 'member:manage'),
    atOnce: RESENT_AT_ONCE,
    change: mintChange(),
    now: org.now,
  }
}

const testProps = (c: Request, outcome: TestOutcome | null) => {
  const { organization, actor, provider } = c.var.org
  const to = actor.kind === 'user' ? actor.address : ''
  const { label } = provider
  return {
    slug: organization.slug,
    to,
    provider: label,
    outcome,
    perHour: TESTS_PER_HOUR,
    change: mintChange(),
  }
}

type State = Shown & { test?: TestOutcome }

const emailPage = async (c: Request, state: State = {}) => {
  const { settings, roles, ...props } = formOf(c, EMAIL_SETTINGS, state)
  const { errors = {}, status = 200, reminder = reminderChoice(settings.reminderAfter), test = null } = state
  const health = await healthProps(c, c.req.query('check') === '1')
  return c.html(
    <EmailSettingsPage
      {...props}
      errors={errors}
      reminder={reminder}
      health={health}
      test={testProps(c, test)}
    />,
    status,
  )
}

const chosenIn = (form: Awaited<ReturnType<typeof readForm>>): ReminderChoice | null =>
  form.all('reminder').length > 0
    ? { choice: form.text('reminder'), percent: form.text('reminderPercent') }
    : null

export const emailSettings = new Hono<AppEnv>()
  .get('/settings/email', async (c) =>
    wantsPartial(c)
      ? c.html(
          <Part place={placeOfRequest(c)}>
            <EmailHealth {...(await healthProps(c, true))} />
          </Part>,
        )
      : emailPage(c),
  )
  .post('/settings/email', async (c) => {
    const form = await readForm(c)
    const { reminderAfter: was } = readShown(form)
    const reminder = chosenIn(form)
    const before = reminderChoice(was === undefined || was === '' ? null : Number(was))
    return save(c, form, {
      posted: {
        ...readPosted(form, EMAIL_SETTINGS),
        ...(reminder && { reminderAfter: chosenReminder(reminder, before) }),
      },
      page: (again, state) =>
        emailPage(
          again,
          reminder && state.posted?.reminderAfter !== undefined ? { ...state, reminder } : state,
        ),
      to: (slug, notice) => paths.emailSettings(slug, { notice }),
    })
  })
  .post('/settings/email/test', async (c) => {
    const { org } = c.var
    const { organization, actor, settings, provider } = org
    const form = await readForm(c)
    const mail = renderTestMail({
      organization: organization.name,
      from: settings.mail.from,
      to: actor.kind === 'user' ? actor.address : '',
      provider: provider.label,
      link: settings.appUrl + paths.emailSettings(organization.slug),
    })
    const outcome = await sendTestMail(org, { change: form.text('change') || mintChange(), mail })
    return wantsPartial(c) ? c.html(<TestMail {...testProps(c, outcome)} />) : emailPage(c, { test: outcome })
  })
  .post('/settings/email/resend-failed', async (c) => {
    const form = await readForm(c)
    const ids = form.all('id').slice(0, RESENT_AT_ONCE)
    if (ids.length === 0) refuse({ code: 'invalid_input', fields: { id: 'There is nothing to resend.' } })
    const change = form.text('change') || mintChange()
    const outcomes = await resendInvitations(c.var.org, { ids, change, only: 'failed' })
    return answerChange(c, outcomes, { from: 'email', ids, notice: 'resent', words: resentWords })
  })
  .get('/settings/email/resume', async (c) => {
    const { pause } = await readEmailHealth(c.var.org)
    const { slug } = c.var.org.organization
    const inDialog = wantsPartial(c)
    const props = { slug, inDialog, pause, change: mintChange() }
    const place = placeOfRequest(c)
    return inDialog
      ? c.html(
          <Part place={place}>
            <ResumeForm {...props} />
          </Part>,
        )
      : c.html(<ResumePage {...props} place={place} />)
  })
  .post('/settings/email/resume', async (c) => {
    const form = await readForm(c)
    const outcome = await resumeSending(c.var.org, { change: form.text('change') || mintChange() })
    const to = paths.emailSettings(c.var.org.organization.slug, { notice: `sending-${outcome}` })
    if (!wantsPartial(c)) return c.redirect(to, 303)
    // The whole page: the banner around it has to go, too.
    c.header('HX-Redirect', to)
    return c.body(null, 204)
  })
