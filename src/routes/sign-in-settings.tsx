import { Hono } from 'hono'
import { RemoveConnectionForm, RemoveConnectionPage } from '../../views/settings/connection'
import { SignInSettingsPage } from '../../views/settings/sign-in'
import { SignInTestPage, type TestProps } from '../../views/settings/sign-in-test'
import { paths } from '../paths'
import { type ConnectionForm, connectionForm, providerName } from '../rules/connections'
import { noRole } from '../rules/permissions'
import { type FieldErrors, Refused, refuse } from '../rules/refusals'
import { SIGN_IN_SETTINGS } from '../rules/settings'
import { enterOrganization } from '../usecases/access'
import { authorise } from '../usecases/authorise'
import {
  noteTest,
  removeConnection,
  saveConnection,
  showSignIn,
  switchConnection,
} from '../usecases/connections'
import { directoryOf } from '../usecases/directory'
import { type Finished, findConnection, type SsoConnection } from '../usecases/sso'
import { placeOfRequest } from './organization'
import {
  type AppEnv,
  mintChange,
  type Request,
  readForm,
  readSessionCookie,
  readSessionHash,
  wantsPartial,
} from './request'
import { formOf, readPosted, type Shown, save } from './settings'
import { startSso } from './sso-start'

type State = Shown & { connection?: { form?: ConnectionForm; errors: FieldErrors } }

const page = async (c: Request, state: State = {}) => {
  const { org } = c.var
  const { slug, defaultRole } = org.organization
  const { settings, roles, place, notice, ...form } = formOf(c, SIGN_IN_SETTINGS, state)
  const shown = await showSignIn(org, readSessionHash(c))
  const { connection, members, secretReadable, redirectUri, provenDomains, bySso, directory } = shown
  const { change } = form
  const role = org.roles.find(({ key }) => key === defaultRole) ?? noRole(defaultRole)
  return c.html(
    <SignInSettingsPage
      place={place}
      notice={notice}
      connection={{
        ...{ slug, connection, members, secretReadable, redirectUri, change },
        form: state.connection?.form ?? connectionForm(connection),
        errors: state.connection?.errors ?? {},
      }}
      rules={{
        ...{ slug, provenDomains, bySso, ...form },
        errors: state.errors ?? {},
        connected: connection?.enabled ?? false,
        defaultRole: role.name,
      }}
      directory={{
        ...{ slug, change, consent: directory.consent },
        provider: connection && directoryOf(connection),
      }}
    />,
    state.status ?? (state.connection ? 422 : 200),
  )
}

/** The form again with what is wrong beside its fields; anything else is answered as everywhere. */
const orErrors = async (error: unknown, again: (errors: FieldErrors) => Response | Promise<Response>) => {
  if (error instanceof Refused && error.refusal.code === 'invalid_input') return again(error.refusal.fields)
  throw error
}

const testPage = (c: Request, connection: SsoConnection, report: TestProps['report']) => {
  const props: TestProps = {
    place: placeOfRequest(c),
    provider: providerName(connection),
    connection,
    redirectUri: c.var.ctx.settings.appUrl + paths.ssoCallback(connection.id),
    report,
    change: mintChange(),
  }
  return c.html(<SignInTestPage {...props} />, report.kind === 'passed' ? 200 : 409)
}

/** Shows an admin what testing the connection came to. */
export const finishTest = async (c: Request, { connection, result }: Finished<'test'>): Promise<Response> => {
  const org = await enterOrganization(c.var.ctx, connection.slug, readSessionCookie(c))
  c.set('org', org)
  return testPage(c, connection, await noteTest(org, connection, result))
}

const FORM_FIELDS = ['preset', 'tenant', 'issuer', 'clientId', 'clientSecret'] as const

/** How an organization's people sign in: its identity provider, and what it asks of whom. */
export const signInSettings = new Hono<AppEnv>()
  .get('/settings/sign-in', (c) => page(c))
  .post('/settings/sign-in', async (c) => {
    const form = await readForm(c)
    return save(c, form, {
      posted: readPosted(form, SIGN_IN_SETTINGS),
      page,
      to: (slug, notice) => paths.signInSettings(slug, { notice }),
    })
  })
  .post('/settings/sign-in/connection', async (c) => {
    const form = await readForm(c)
    const [preset, tenant, issuer, clientId, clientSecret] = FORM_FIELDS.map((field) => form.text(field))
    const typed = {
      ...{ preset: preset ?? '', tenant: tenant ?? '', issuer: issuer ?? '' },
      ...{ clientId: clientId ?? '', clientSecret: clientSecret ?? '' },
    }
    const { slug } = c.var.org.organization
    try {
      const change = form.text('change') || mintChange()
      const outcome = await saveConnection(c.var.org, { form: typed, change })
      const notice = outcome === 'unchanged' ? 'unchanged' : `connection-${outcome}`
      return c.redirect(paths.signInSettings(slug, { notice }), 303)
    } catch (error) {
      return orErrors(error, (errors) => page(c, { connection: { form: typed, errors } }))
    }
  })
  .get('/settings/sign-in/connection/test', async (c) => {
    const { org } = c.var
    authorise(org, 'settings:manage', 'write')
    const connection = await findConnection(org, { organizationId: org.organization.id })
    if (!connection) return refuse({ code: 'not_found' })
    return startSso(c, connection, { kind: 'test' }, {}, (fault) =>
      testPage(c, connection, { kind: 'failed', fault }),
    )
  })
  .post('/settings/sign-in/connection/enable', async (c) => {
    const form = await readForm(c)
    const enabled = form.text('enabled') === 'yes'
    const change = form.text('change') || mintChange()
    try {
      const outcome = await switchConnection(c.var.org, { id: form.text('id'), enabled, change })
      const done = enabled ? 'sso-on' : 'sso-off'
      const notice = outcome === 'saved' ? done : 'unchanged'
      return c.redirect(paths.signInSettings(c.var.org.organization.slug, { notice }), 303)
    } catch (error) {
      return orErrors(error, (errors) => page(c, { connection: { errors } }))
    }
  })
  .get('/settings/sign-in/connection/remove', async (c) => {
    const { organization } = c.var.org
    const { connection, members, bySso } = await showSignIn(c.var.org, readSessionHash(c))
    if (!connection) return refuse({ code: 'not_found' })
    const props = {
      ...{ slug: organization.slug, inDialog: wantsPartial(c), connection, members, bySso },
      requiredOfSome: organization.ssoRequired !== 'off',
      justInTime: organization.justInTime,
      change: mintChange(),
    }
    return props.inDialog
      ? c.html(<RemoveConnectionForm {...props} />)
      : c.html(<RemoveConnectionPage {...props} place={placeOfRequest(c)} />)
  })
  .post('/settings/sign-in/connection/remove', async (c) => {
    const form = await readForm(c)
    await removeConnection(c.var.org, {
      id: form.text('id'),
      change: form.text('change') || mintChange(),
    })
    const to = paths.signInSettings(c.var.org.organization.slug, { notice: 'connection-removed' })
    if (!wantsPartial(c)) return c.redirect(to, 303)
    // The whole page: nearly everything on it is another one now.
    c.header('HX-Redirect', to)
    return c.body(null, 204)
  })
