import {
  expect,
  expectAccessibleEverywhere,
  type Fault,
  type Page,
  startIdentityProvider,
  test,
} from './identity-provider'
import { acceptAsNewcomer, PASSWORD } from './support'

const signsInAt = async (page: Page, slug: string) => {
  await page.goto(`/o/${slug}/sign-in`)
  await page.getByRole('link', { name: 'Continue with single sign-on' }).click()
}

/** Nobody is signed in here. */
const expectNobody = async (page: Page) => {
  const cookies = await page.context().cookies()
  expect(cookies.filter(({ name }) => name === 'usher')).toEqual([])
}

test('whoever accepted with a password links the account once, and comes straight in from then on', async ({
  company,
  idp,
  stranger,
  quiet,
}) => {
  await idp.connect(company)
  const jane = company.address('jane')
  idp.account({ email: jane, name: 'Jane Roe' })
  const mail = await company.invite(jane)
  await stranger.goto(mail.link)
  await acceptAsNewcomer(stranger)
  await expect(stranger).toHaveURL(new RegExp(`/o/${company.slug}`))
  await stranger.context().clearCookies()

  await stranger.goto(`/o/${company.slug}/sign-in`)
  await expectAccessibleEverywhere(stranger)
  await stranger.getByRole('link', { name: 'Continue with single sign-on' }).click()
  await expect(stranger.getByRole('heading', { name: 'Link your account' })).toBeVisible()
  await expect(stranger.getByText(jane)).toBeVisible()
  await expectAccessibleEverywhere(stranger)
  quiet.expect(422)
  await stranger.getByLabel('Password').fill('a guess at it')
  await stranger.getByRole('button', { name: 'Link and continue' }).click()
  await expect(stranger.getByLabel('Password')).toHaveAccessibleDescription('That is not its password.')
  await stranger.getByLabel('Password').fill(PASSWORD)
  await stranger.getByRole('button', { name: 'Link and continue' }).click()
  await expect(stranger).toHaveURL(`/o/${company.slug}`)

  await stranger.context().clearCookies()
  await signsInAt(stranger, company.slug)
  await expect(stranger).toHaveURL(`/o/${company.slug}`)
  // What the provider opened is the organization, not the account.
  await stranger.goto('/account')
  await expect(stranger).toHaveURL(/\/sign-in\?next=%2Faccount$/)
})

test('a work address finds its organization, and joins it just in time', async ({
  company,
  elsewhere,
  idp,
  stranger,
  quiet,
}) => {
  await idp.connect(company)
  await company.proveDomain()
  await company.set({ just_in_time: 1 })
  const jane = company.address('jane')
  idp.account({ email: jane, name: 'Jane Roe' })
  await stranger.goto(`/o/${elsewhere.slug}/sign-in`)
  await expect(stranger.getByRole('link', { name: 'Continue with single sign-on' })).toBeHidden()
  await stranger.goto('/sign-in')
  await stranger.getByRole('link', { name: 'Use single sign-on' }).click()
  await expectAccessibleEverywhere(stranger)
  await stranger.getByLabel('Work email address').fill(jane)
  await stranger.getByRole('button', { name: 'Continue' }).click()
  await expect(stranger).toHaveURL(new RegExp(`/o/${company.slug}`))
  await expect(stranger.getByText('Jane Roe').first()).toBeVisible()

  // Somebody of no domain of theirs does not, and can come as somebody else.
  await stranger.context().clearCookies()
  idp.account({ email: 'out@elsewhere.test' })
  quiet.expect(403)
  await signsInAt(stranger, company.slug)
  await expect(stranger.getByRole('heading', { name: 'You are not a member' })).toBeVisible()
  await expectAccessibleEverywhere(stranger)
  await expectNobody(stranger)
  idp.signsIn = null
  await stranger.getByRole('link', { name: 'Use another account' }).click()
  await stranger.getByLabel('Account').fill(jane)
  await stranger.getByRole('button', { name: 'Continue' }).click()
  await expect(stranger).toHaveURL(`/o/${company.slug}`)
})

test('a provider that errs, lies or is down signs nobody in; one with a new key does', async ({
  company,
  idp,
  stranger,
  quiet,
}) => {
  await idp.connect(company)
  await company.proveDomain()
  await company.set({ just_in_time: 1 })
  idp.account({ email: company.address('jane') })
  // A first sign-in, whose code is the one that is replayed.
  await signsInAt(stranger, company.slug)
  await expect(stranger).toHaveURL(new RegExp(`/o/${company.slug}`))
  await stranger.context().clearCookies()

  quiet.expect(409)
  quiet.expect(503)
  const wrong = 'Single sign-on does not work'
  const faults: [Fault, string][] = [
    ['wrong_audience', wrong],
    ['wrong_nonce', wrong],
    ['wrong_issuer', wrong],
    ['unsigned', wrong],
    ['expired', 'Sign in again'],
    ['replayed_code', 'Sign in again'],
    ['denied', 'Not signed in'],
    ['down_behind', 'The identity provider does not answer'],
  ]
  for (const [fault, heading] of faults) {
    idp.fault = fault
    await stranger.goto(`/o/${company.slug}/sign-in/sso`)
    await expect(stranger.getByRole('heading', { name: heading }), String(fault)).toBeVisible()
    await expectNobody(stranger)
  }
  await expectAccessibleEverywhere(stranger)

  idp.fault = null
  await idp.rotate()
  await stranger.getByRole('link', { name: 'Back to sign-in' }).click()
  await stranger.getByRole('link', { name: 'Continue with single sign-on' }).click()
  await expect(stranger).toHaveURL(`/o/${company.slug}`)

  // The callback once more, out of the browser's history.
  await stranger.goto(`/sso/callback/of-no-connection?code=a&state=b`)
  await expect(stranger.getByRole('heading', { name: 'Sign in again' })).toBeVisible()
})

test('an address that the provider does not vouch for is named, and nobody comes in', async ({
  company,
  idp,
  stranger,
  quiet,
}) => {
  await idp.connect(company)
  const jane = company.address('jane')
  idp.account({ email: jane, email_verified: false })
  quiet.expect(403)
  await signsInAt(stranger, company.slug)
  await expect(stranger.getByRole('heading', { name: 'This address is not confirmed' })).toBeVisible()
  await expect(stranger.getByText(jane)).toBeVisible()
  await expectNobody(stranger)
})

test('an organization whose provider vouches for somebody else’s address gets nothing of that account', async ({
  baseURL,
  company,
  elsewhere,
  admin,
  stranger,
  quiet,
}) => {
  const hostile = await startIdentityProvider(baseURL ?? '')
  await hostile.connect(elsewhere)
  await elsewhere.proveDomain()
  await elsewhere.set({ just_in_time: 1 })
  hostile.account({ email: company.owner.address, sub: 'mallory' })

  // Somebody who is nobody there: no word of the account that the address has.
  quiet.expect(403)
  await signsInAt(stranger, elsewhere.slug)
  await expect(stranger.getByRole('heading', { name: 'You are not a member' })).toBeVisible()
  await expectNobody(stranger)

  // A member there: the question whose account it is, and no answer without the account itself.
  await elsewhere.join(company.owner, 'viewer')
  quiet.expect(422)
  await signsInAt(stranger, elsewhere.slug)
  await stranger.getByLabel('Password').fill('a guess at it')
  await stranger.getByRole('button', { name: 'Link and continue' }).click()
  await expect(stranger.getByLabel('Password')).toHaveAccessibleDescription('That is not its password.')
  await expectNobody(stranger)

  // Linked by its owner herself, it opens that organization and nothing else of hers.
  await signsInAt(admin, elsewhere.slug)
  await admin.getByRole('button', { name: 'Link and continue' }).click()
  await expect(admin).toHaveURL(`/o/${elsewhere.slug}`)
  await signsInAt(stranger, elsewhere.slug)
  await expect(stranger).toHaveURL(`/o/${elsewhere.slug}`)
  for (const path of [`/o/${company.slug}`, '/account', '/organizations', '/account/security']) {
    await stranger.goto(path)
    await expect(stranger, path).toHaveURL(/\/sign-in\?next=/)
  }
  await hostile.stop()
})
