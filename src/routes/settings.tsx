import { Hono } from 'hono'
import * as z from 'zod'
import { GeneralSettingsPage } from '../../views/settings/general'
import { InvitationSettingsPage } from '../../views/settings/invitations'
import { paths } from '../paths'
import { noRole } from '../rules/permissions'
import { type FieldErrors, Refused, wordsFor } from '../rules/refusals'
import {
  chosenLifetime,
  GENERAL_SETTINGS,
  INVITATION_SETTINGS,
  type LifetimeChoice,
  lifetimeChoice,
  type ReminderChoice,
  type Setting,
  type SettingTexts,
  settingTexts,
  timeZones,
} from '../rules/settings'
import { changeSettings, showSettings } from '../usecases/settings'
import { noticeOf } from './notices'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm, readSessionHash } from './request'

type Form = Awaited<ReturnType<typeof readForm>>
export type Shown = {
  posted?: SettingTexts
  /** What the form showed before it was posted, where it is shown again for a mistake. */
  before?: SettingTexts
  /** Where it was posted in parts. */
  lifetime?: LifetimeChoice
  reminder?: ReminderChoice
  errors?: FieldErrors
  status?: 200 | 403 | 422
}

/** The settings as a form shows them, with what was posted on top, and what a change of them is told by. */
export const formOf = (c: Request, group: readonly Setting[], { posted = {}, before = {} }: Shown) => {
  const { settings, roles } = showSettings(c.var.org)
  const texts = settingTexts(settings)
  const shown = Object.fromEntries(group.map((setting) => [setting, before[setting] ?? texts[setting]]))
  return {
    settings,
    roles,
    values: { ...texts, ...posted },
    shown: JSON.stringify(shown),
    change: mintChange(),
    place: placeOfRequest(c),
    notice: noticeOf(c.req.query(), c.var.org.organization.timeZone),
  }
}

const generalPage = (c: Request, state: Shown = {}) => {
  const { settings, roles, ...props } = formOf(c, GENERAL_SETTINGS, state)
  const { errors = {}, status = 200 } = state
  const { appUrl } = c.var.org.settings
  return c.html(
    <GeneralSettingsPage
      {...props}
      errors={errors}
      timeZones={timeZones()}
      appUrl={appUrl}
      now={c.var.org.now}
    />,
    status,
  )
}

const invitationsPage = (c: Request, state: Shown = {}) => {
  const { settings, roles: grantable, ...props } = formOf(c, INVITATION_SETTINGS, state)
  const { errors = {}, status = 200, lifetime = lifetimeChoice(settings.invitationLifetime) } = state
  const { defaultRole } = settings
  const current = c.var.org.roles.find(({ key }) => key === defaultRole) ?? noRole(defaultRole)
  const roles = grantable.some(({ key }) => key === defaultRole) ? grantable : [current, ...grantable]
  return c.html(
    <InvitationSettingsPage {...props} errors={errors} roles={roles} lifetime={lifetime} />,
    status,
  )
}

const SHOWN = z.record(z.string(), z.string())

/** What the form says it showed; nothing where it says nothing that could be read. */
export const readShown = (form: Form): SettingTexts => {
  try {
    return SHOWN.parse(JSON.parse(form.text('shown')))
  } catch {
    return {}
  }
}

/** The settings among the form's fields; of a tick, which is posted either way, the last one counts. */
export const readPosted = (form: Form, group: readonly Setting[]): SettingTexts =>
  Object.fromEntries(
    group.flatMap((setting) => {
      const text = form.all(setting).at(-1)
      return text === undefined ? [] : [[setting, text]]
    }),
  )

/** What differs from what the form showed. */
const meantOf = (posted: SettingTexts, shown: Record<string, string | undefined>): SettingTexts =>
  Object.fromEntries(Object.entries(posted).filter(([setting, text]) => text !== shown[setting]))

type Answer = {
  posted: SettingTexts
  page: (c: Request, state: Shown) => Response | Promise<Response>
  to: (slug: string, notice: string) => string
}

export const save = async (c: Request, form: Form, { posted, page, to }: Answer) => {
  const shown = readShown(form)
  const again = { posted, before: shown }
  try {
    const change = form.text('change') || mintChange()
    const input = { posted, shown, change, session: readSessionHash(c) }
    const outcome = await changeSettings(c.var.org, input)
    if (outcome.kind !== 'meanwhile') return c.redirect(to(outcome.slug, `settings-${outcome.kind}`), 303)
    // Shown again over what the settings are by now, with what was meant to be changed of them.
    c.set('org', { ...c.var.org, organization: { ...c.var.org.organization, ...outcome.settings } })
    return page(c, { posted: meantOf(posted, shown), errors: outcome.errors, status: 422 })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { refusal } = error
    if (refusal.code === 'invalid_input') return page(c, { ...again, errors: refusal.fields, status: 422 })
    if (refusal.code === 'role_not_grantable')
      return page(c, { ...again, errors: { defaultRole: wordsFor(refusal).detail }, status: 403 })
    throw error
  }
}

export const settings = new Hono<AppEnv>()
  .get('/settings', (c) => generalPage(c))
  .post('/settings', async (c) => {
    const form = await readForm(c)
    return save(c, form, {
      posted: readPosted(form, GENERAL_SETTINGS),
      page: generalPage,
      to: (slug, notice) => paths.settings(slug, { notice }),
    })
  })
  .get('/settings/invitations', (c) => invitationsPage(c))
  .post('/settings/invitations', async (c) => {
    const form = await readForm(c)
    const { invitationLifetime: was = '' } = readShown(form)
    const lifetime = {
      choice: form.text('lifetime'),
      amount: form.text('lifetimeAmount'),
      unit: form.text('lifetimeUnit'),
    }
    const chosen = form.all('lifetime').length > 0
    const seconds = chosenLifetime(lifetime, lifetimeChoice(Number(was)))
    return save(c, form, {
      posted: {
        ...readPosted(form, INVITATION_SETTINGS),
        ...(chosen && { invitationLifetime: seconds }),
      },
      page: (again, state) =>
        invitationsPage(again, state.posted?.invitationLifetime ? { ...state, lifetime } : state),
      to: (slug, notice) => paths.invitationSettings(slug, { notice }),
    })
  })
