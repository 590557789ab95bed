import { expect, expectAccessibleEverywhere, type Page, test } from './identity-provider'
import { acceptAsNewcomer, type Company, PASSWORD } from './support'

const PHONE = { width: 390, height: 844 }
const home = ({ slug }: Company) => new RegExp(`/o/${slug}(\\?|$)`)
const continueBySso = (page: Page) => page.getByRole('link', { name: 'Continue with single sign-on' }).click()
const accept = (page: Page) => page.getByRole('button', { name: 'Accept & join Acme' }).click()

for (const javaScriptEnabled of [true, false])
  test(`on a phone ${javaScriptEnabled ? 'with' : 'without'} scripts an invitee comes in through the identity provider`, async ({
    browser,
    company,
    idp,
  }) => {
    const context = await browser.newContext({ viewport: PHONE, javaScriptEnabled })
    const page = await context.newPage()
    await idp.connect(company)
    const address = company.address('jane')
    idp.account({ email: address, given_name: 'Jane', family_name: 'Roe', name: 'Jane Roe' })
    await page.goto((await company.invite(address, { role: 'viewer' })).link)
    await expect(page.getByRole('button', { name: 'Accept & create account' })).toBeVisible()
    await continueBySso(page)

    await expect(page.getByText(`You are signed in at 127.0.0.1 as ${address}.`)).toBeVisible()
    await expect(page.getByLabel('First name')).toHaveValue('Jane')
    await expect(page.getByLabel(/password/i)).toHaveCount(0)
    if (javaScriptEnabled) await expectAccessibleEverywhere(page)
    await page.getByLabel('Last name').fill('Doe')
    await accept(page)
    await expect(page).toHaveURL(home(company))
    await expect(page.getByRole('heading', { level: 1, name: company.name })).toBeVisible()

    await context.clearCookies()
    await page.goto(`/o/${company.slug}/sign-in`)
    await continueBySso(page)
    await expect(page).toHaveURL(home(company))
    await context.close()
  })

test('who is signed in there as somebody else reads both addresses, and takes the other account', async ({
  page,
  company,
  idp,
  quiet,
}) => {
  await idp.connect(company)
  const address = company.address('jane')
  idp.account({ email: company.address('eve') })
  await page.goto((await company.invite(address)).link)
  await continueBySso(page)
  await expect(page.getByRole('heading', { name: 'Another address' })).toBeVisible()
  await expect(page.getByRole('main')).toContainText(address)
  await expect(page.getByRole('main')).toContainText(company.address('eve'))
  await expect(page.getByRole('button', { name: /^Accept/ })).toHaveCount(0)
  await expectAccessibleEverywhere(page)

  idp.account({ email: address, email_verified: false })
  await page.getByRole('link', { name: 'Use another account at 127.0.0.1' }).click()
  await expect(page.getByRole('heading', { name: 'Address not confirmed' })).toBeVisible()

  quiet.expect(409)
  idp.fault = 'wrong_nonce'
  await page.getByRole('link', { name: 'Use another account at 127.0.0.1' }).click()
  await expect(page.getByRole('heading', { name: 'Single sign-on does not work' })).toBeVisible()
  await expectAccessibleEverywhere(page)

  idp.fault = null
  idp.account({ email: address, given_name: 'Jane', family_name: 'Roe' })
  await page.getByRole('link', { name: 'Back to the invitation' }).click()
  await continueBySso(page)
  await accept(page)
  await expect(page).toHaveURL(home(company))
})

test('who has an account with a password enters it once, and comes in by single sign-on from then on', async ({
  page,
  company,
  idp,
  quiet,
}) => {
  await idp.connect(company)
  const address = company.address('jane')
  await page.goto((await company.invite(address)).link)
  await acceptAsNewcomer(page)
  await expect(page).toHaveURL(home(company))
  await company.forget(address)
  await page.context().clearCookies()

  idp.account({ email: address })
  const { link } = await company.invite(address)
  await company.set({ sso_required: 'everybody' })
  await page.goto(link)
  await expect(page.getByText('People of Acme come in with its single sign-on.')).toBeVisible()
  await expect(page.getByLabel(/password/i)).toHaveCount(0)
  await expectAccessibleEverywhere(page)
  await continueBySso(page)

  await expect(page.getByText('Enter its password this once')).toBeVisible()
  await expectAccessibleEverywhere(page)
  quiet.expect(422)
  await page.getByLabel('Your password').fill('not my password')
  await page.getByRole('button', { name: 'Accept & sign in' }).click()
  await expect(page.getByText('That password is not right.')).toBeVisible()
  await page.getByLabel('Your password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Accept & sign in' }).click()
  await expect(page).toHaveURL(home(company))

  await page.context().clearCookies()
  await page.goto(`/o/${company.slug}/sign-in`)
  await continueBySso(page)
  await expect(page).toHaveURL(home(company))
})
