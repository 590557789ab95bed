import { Hono } from 'hono'
import { SetupPage, type SetupValues } from '../../views/setup'
import { paths } from '../paths'
import { type FieldErrors, Refused, refuse } from '../rules/refusals'
import { readSetup, setUp } from '../usecases/organizations'
import { type AppEnv, mintChange, networkOf, type Request, readForm, writeSessionCookie } from './request'

const EMPTY: SetupValues = {
  organization: '',
  accountScope: 'shared',
  firstName: '',
  lastName: '',
  address: '',
}

const page = async (c: Request, values: SetupValues, errors: FieldErrors, change = mintChange()) => {
  const { open, asksToken, hasToken } = await readSetup(c.var.ctx)
  if (!open) refuse({ code: 'setup_closed' })
  return c.html(
    <SetupPage {...{ values, errors, asksToken, hasToken, change }} />,
    Object.keys(errors).length > 0 ? 422 : 200,
  )
}

export const setup = new Hono<AppEnv>()
  .get('/setup', (c) => page(c, EMPTY, {}))
  .post('/setup', async (c) => {
    const form = await readForm(c)
    const values: SetupValues = {
      organization: form.text('organization'),
      accountScope: form.text('accountScope'),
      firstName: form.text('firstName'),
      lastName: form.text('lastName'),
      address: form.text('address'),
    }
    try {
      const { slug, session } = await setUp(c.var.ctx, {
        ...values,
        password: form.text('password'),
        confirmation: form.text('confirmation'),
        setupToken: form.text('setupToken'),
        change: form.text('change'),
        network: networkOf(c),
      })
      writeSessionCookie(c, session)
      return c.redirect(paths.invitations(slug), 303)
    } catch (error) {
      if (error instanceof Refused && error.refusal.code === 'invalid_input') {
        return page(c, values, error.refusal.fields, form.text('change'))
      }
      throw error
    }
  })
