import { Hono } from 'hono'
import { LeaveForm, LeavePage, type LeaveProps } from '../../views/organizations/leave'
import { LeftPage } from '../../views/organizations/left'
import { NewOrganizationPage } from '../../views/organizations/new'
import { OrganizationsPage } from '../../views/organizations/page'
import { paths, withQuery } from '../paths'
import { type FieldErrors, Refused, refuse } from '../rules/refusals'
import { createOrganization, mayCreateOrganization, readOwnOrganizations } from '../usecases/accounts'
import { leaveOrganization, readLeaving } from '../usecases/leaving'
import { noticeOf } from './notices'
import { enter, placeOfRequest } from './organization'
import {
  type AppEnv,
  mintChange,
  type Request,
  readForm,
  readSessionCookie,
  wantsPartial,
  writeSessionCookie,
} from './request'
import { accountOf } from './signed-in'

const newPage = (c: Request, name: string, accountScope: string, errors: FieldErrors) =>
  c.html(
    <NewOrganizationPage name={name} accountScope={accountScope} errors={errors} change={mintChange()} />,
    Object.keys(errors).length > 0 ? 422 : 200,
  )

/** On to a page outside of the organization, the dialog's form as well. */
const goOn = (c: Request, to: string) => {
  if (!wantsPartial(c)) return c.redirect(to, 303)
  c.header('HX-Redirect', to)
  return c.body(null, 204)
}

/** What somebody has with organizations, whichever they are in; leaving answers also who is no member any more. */
export const organizations = new Hono<AppEnv>()
  .get('/organizations', async (c) => {
    const ctx = await accountOf(c)
    return c.html(
      <OrganizationsPage
        account={ctx.account}
        organizations={await readOwnOrganizations(ctx)}
        mayCreate={mayCreateOrganization(ctx)}
        notice={noticeOf(c.req.query())}
      />,
    )
  })
  .get('/organizations/new', async (c) => {
    if (!mayCreateOrganization(await accountOf(c))) refuse({ code: 'not_found' })
    return newPage(c, '', 'shared', {})
  })
  .post('/organizations/new', async (c) => {
    const ctx = await accountOf(c)
    const form = await readForm(c)
    const name = form.text('name')
    // Posted without it, as an earlier release's form was, it is what that made.
    const accountScope = form.text('accountScope') || 'shared'
    try {
      const change = form.text('change') || mintChange()
      const slug = await createOrganization(ctx, { name, accountScope, change })
      return c.redirect(
        accountScope === 'own'
          ? paths.organizationSignIn(slug, undefined, 'organization-created')
          : paths.home(slug, { notice: 'organization-created' }),
        303,
      )
    } catch (error) {
      if (error instanceof Refused && error.refusal.code === 'invalid_input')
        return newPage(c, name, accountScope, error.refusal.fields)
      throw error
    }
  })
  .get('/o/:slug/leave', enter, async (c) => {
    const { isLastOwner } = await readLeaving(c.var.org)
    const props: LeaveProps = {
      place: placeOfRequest(c),
      inDialog: wantsPartial(c),
      isLastOwner,
      isOwnAccount: c.var.org.organization.accountScope === 'own',
      change: mintChange(),
    }
    return c.html(props.inDialog ? <LeaveForm {...props} /> : <LeavePage {...props} />)
  })
  .post('/o/:slug/leave', async (c) => {
    const change = (await readForm(c)).text('change') || mintChange()
    const { next, isSignedOut } = await leaveOrganization(
      c.var.ctx,
      c.req.param('slug'),
      readSessionCookie(c),
      change,
    )
    if (isSignedOut) {
      writeSessionCookie(c, null)
      return goOn(c, paths.left)
    }
    const notice = { notice: 'left' }
    return goOn(c, next ? paths.home(next, notice) : withQuery(paths.organizations, notice))
  })
  .get('/left', (c) => c.html(<LeftPage />))
