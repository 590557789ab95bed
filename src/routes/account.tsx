import { Hono } from 'hono'
import { ConfirmAddressPage } from '../../views/account/confirm-address'
import { AccountPage, type AccountProps } from '../../views/account/page'
import { paths } from '../paths'
import { waitMinutes } from '../rules/attempts'
import { problemWords, wordsIn } from '../rules/words'
import {
  type AddressLinkView,
  confirmAddress,
  openAddressLink,
  requestAddress,
} from '../usecases/address-changes'
import { changePassword, readOwnAccount, rename } from '../usecases/own-account'
import {
  type AppEnv,
  mintChange,
  networkOf,
  pageLanguage,
  type Request,
  readForm,
  readSessionHash,
} from './request'
import { accountOf } from './signed-in'

const TOLD = ['renamed', 'unchanged', 'password', 'asked', 'address'] as const

/** The account's page; with a form that came back, its fields as typed (passwords excepted). */
const page = async (
  c: Request,
  ctx: Awaited<ReturnType<typeof accountOf>>,
  typed: AccountProps['typed'],
  status: 200 | 422 | 429,
) =>
  c.html(
    <AccountPage
      language={pageLanguage(c)()}
      account={await readOwnAccount(ctx)}
      typed={typed}
      told={TOLD.find((told) => told === c.req.query('notice')) ?? null}
      change={mintChange()}
    />,
    status,
  )

const done = (c: Request, notice: (typeof TOLD)[number]) => c.redirect(paths.account({ notice }), 303)

/** What a link says; `pressed` where somebody wanted more than to look. Who is not signed in does that first. */
const answerLink = (
  c: Request,
  token: string,
  { state, facts, viewer }: AddressLinkView,
  pressed: boolean,
) => {
  if (state === 'confirmed') return done(c, 'address')
  if (state === 'signed_out') {
    const next = paths.confirmAddress(token)
    return c.redirect(facts?.slug ? paths.organizationSignIn(facts.slug, next) : paths.signIn(next), 303)
  }
  const status = state === 'invalid' ? 404 : state === 'wrong_account' ? 403 : pressed ? 409 : 200
  return c.html(
    <ConfirmAddressPage
      language={pageLanguage(c)()}
      state={state}
      facts={facts}
      viewer={viewer}
      token={token}
      change={mintChange()}
    />,
    status,
  )
}

/** What somebody changes of their own account. */
export const account = new Hono<AppEnv>()
  .get('/account', async (c) => page(c, await accountOf(c), null, 200))
  .post('/account/name', async (c) => {
    const ctx = await accountOf(c)
    const form = await readForm(c)
    const values = {
      name: form.text('name'),
      firstName: form.text('firstName'),
      lastName: form.text('lastName'),
    }
    const result = await rename(ctx, { ...values, change: form.text('change') || mintChange() })
    if (result.kind === 'done') return done(c, result.changed ? 'renamed' : 'unchanged')
    const errors = problemWords(result.errors, wordsIn(pageLanguage(c)()))
    return page(c, ctx, { form: 'name', values, errors }, result.status)
  })
  .post('/account/address', async (c) => {
    const ctx = await accountOf(c)
    const form = await readForm(c)
    const language = pageLanguage(c)()
    const words = wordsIn(language)
    const values = { address: form.text('address') }
    const result = await requestAddress(ctx, {
      ...values,
      current: form.text('addressPassword'),
      language,
      change: form.text('change') || mintChange(),
      network: networkOf(c),
    })
    if (result.kind === 'asked') return done(c, 'asked')
    if (result.kind === 'wait') {
      c.header('Retry-After', String(result.seconds))
      const errors = { address: words.account.wait(waitMinutes(result.seconds)) }
      return page(c, ctx, { form: 'address', values, errors }, 429)
    }
    const { current, ...errors } = problemWords(result.errors, words)
    return page(
      c,
      ctx,
      { form: 'address', values, errors: { ...errors, ...(current && { addressPassword: current }) } },
      result.status,
    )
  })
  .post('/account/password', async (c) => {
    const ctx = await accountOf(c)
    const form = await readForm(c)
    const language = pageLanguage(c)()
    const result = await changePassword(ctx, {
      current: form.text('current'),
      password: form.text('password'),
      confirmation: form.text('confirmation'),
      language,
      change: form.text('change') || mintChange(),
      network: networkOf(c),
    })
    if (result.kind === 'done') return done(c, 'password')
    const errors = problemWords(result.errors, wordsIn(language))
    return page(c, ctx, { form: 'password', values: {}, errors }, result.status)
  })
  .get('/confirm-address', async (c) => {
    const token = c.req.query('token') ?? ''
    return answerLink(c, token, await openAddressLink(c.var.ctx, token, readSessionHash(c)), false)
  })
  .post('/confirm-address', async (c) => {
    const form = await readForm(c)
    const token = form.text('token')
    const view = await confirmAddress(c.var.ctx, {
      token,
      language: pageLanguage(c)(),
      change: form.text('change') || mintChange(),
      sessionHash: readSessionHash(c),
    })
    return answerLink(c, token, view, true)
  })
