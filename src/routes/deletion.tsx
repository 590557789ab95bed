import { Hono } from 'hono'
import { DeletionLinkPage } from '../../views/organizations/deletion-link'
import { DeletionPage } from '../../views/settings/deletion'
import { paths } from '../paths'
import { type FieldErrors, Refused } from '../rules/refusals'
import {
  confirmDeletion,
  type DeletionLinkView,
  openDeletionLink,
  requestDeletion,
  showDeletion,
  undoDeletion,
} from '../usecases/deletion'
import { noticeOf } from './notices'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm, readSessionHash } from './request'

const page = async (c: Request, name: string, errors: FieldErrors) => {
  const { org } = c.var
  return c.html(
    <DeletionPage
      place={placeOfRequest(c)}
      {...(await showDeletion(org))}
      hasOwnAccounts={org.organization.accountScope === 'own'}
      values={{ name }}
      errors={errors}
      notice={noticeOf(c.req.query())}
      change={mintChange()}
      now={org.now}
    />,
    Object.keys(errors).length > 0 ? 422 : 200,
  )
}

const pathOf = (c: Request, notice: string) => paths.deletion(c.var.org.organization.slug, { notice })

/** Asking for the deletion of an organization, and taking it back. */
export const deletion = new Hono<AppEnv>()
  .get('/settings/deletion', (c) => page(c, '', {}))
  .post('/settings/deletion', async (c) => {
    const form = await readForm(c)
    const name = form.text('name')
    try {
      await requestDeletion(c.var.org, { name, change: form.text('change') || mintChange() })
      return c.redirect(pathOf(c, 'deletion-requested'), 303)
    } catch (error) {
      if (error instanceof Refused && error.refusal.code === 'invalid_input')
        return page(c, name, error.refusal.fields)
      throw error
    }
  })
  .post('/settings/deletion/undo', async (c) => {
    const form = await readForm(c)
    await undoDeletion(c.var.org, form.text('change') || mintChange())
    return c.redirect(pathOf(c, 'deletion-undone'), 303)
  })

/** What a link says; `pressed` where somebody wanted more than to look. Who is not signed in does that first. */
const answerLink = (
  c: Request,
  token: string,
  { state, facts, viewer }: DeletionLinkView,
  pressed: boolean,
) => {
  if (state === 'signed_out') {
    const next = paths.deleteOrganization(token)
    return c.redirect(facts ? paths.organizationSignIn(facts.slug, next) : paths.signIn(next), 303)
  }
  const rest = { facts, viewer, token, change: mintChange(), now: c.var.ctx.now }
  const refused = state === 'wrong_account' || state === 'not_allowed'
  const status = state === 'invalid' ? 404 : refused ? 403 : pressed ? 409 : 200
  return c.html(<DeletionLinkPage state={state} {...rest} />, status)
}

/** The link in the mail to the owner who asked. */
export const deletionLinks = new Hono<AppEnv>()
  .get('/delete-organization', async (c) => {
    const token = c.req.query('token') ?? ''
    return answerLink(c, token, await openDeletionLink(c.var.ctx, token, readSessionHash(c)), false)
  })
  .post('/delete-organization', async (c) => {
    const form = await readForm(c)
    const token = form.text('token')
    const change = form.text('change') || mintChange()
    const view = await confirmDeletion(c.var.ctx, { token, change, sessionHash: readSessionHash(c) })
    return view.state === 'confirmed' && view.facts
      ? c.redirect(paths.deletion(view.facts.slug, { notice: 'deletion-confirmed' }), 303)
      : answerLink(c, token, view, true)
  })
