import { expect, expectAccessibleEverywhere, PASSWORD, test } from './support'

test.describe.configure({ mode: 'parallel' })

test('forget the password, set a new one by mail, and be in', async ({ page, company, quiet }) => {
  const address = company.owner.address
  await page.goto(`/o/${company.slug}/sign-in`)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await expectAccessibleEverywhere(page)
  await page.getByLabel('Email address').fill(address)
  await page.getByRole('button', { name: 'Mail me a link' }).click()
  await expect(page.getByRole('status')).toContainText(`If there is an account with ${address}`)
  await expectAccessibleEverywhere(page)

  const mail = await company.newestMail(address)
  await page.goto(mail.link)
  quiet.expect(422)
  await page.getByLabel('New password').fill('password')
  await page.getByLabel('Repeat the password').fill('password')
  await page.getByRole('button', { name: 'Set password' }).click()
  await expect(page.getByText('Too many people use this password')).toBeVisible()
  await expectAccessibleEverywhere(page)
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByLabel('Repeat the password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set password' }).click()
  await expect(page).toHaveURL(`/o/${company.slug}?notice=password-set`)
  await expect(page.getByRole('status')).toContainText('You are signed in')

  await page.goto(mail.link)
  await expect(page.getByRole('heading', { name: 'Link already used' })).toBeVisible()
  await expectAccessibleEverywhere(page)
})

test('forget the password on the way into an organization, and come back to the invitation', async ({
  page,
  company,
}) => {
  const jane = await company.addAccount('Jane Doe')
  const invitation = await company.invite(jane.address)
  await page.goto(invitation.link)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByLabel('Email address').fill(jane.address)
  await page.getByRole('button', { name: 'Mail me a link' }).click()
  await expect(page.getByRole('link', { name: 'Back to the invitation' })).toBeVisible()
  const mail = await company.newestMail(jane.address)
  await page.goto(mail.link)
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByLabel('Repeat the password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByRole('button', { name: `Accept & join ${company.name}` }).click()
  await expect(page.getByRole('status')).toContainText('Welcome!')
})

test('change address and password on the page of one’s account', async ({ page, company, quiet }) => {
  const { owner } = company
  const long = company
    .address('olga.von-und-zu-hohenlohe-langenburg+usher')
    .replace('@', '@a-rather.long-sub-domain.')
  await page.goto(`/o/${company.slug}/forgot-password`)
  await page.getByLabel('Email address').fill(owner.address)
  await page.getByRole('button', { name: 'Mail me a link' }).click()
  await page.goto((await company.newestMail(owner.address)).link)
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByLabel('Repeat the password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByRole('link', { name: 'Your account' }).click()

  const address = page.getByRole('region', { name: 'Change your address' })
  await address.getByLabel('New email address').fill(long)
  quiet.expect(422)
  await address.getByLabel('Current password').fill('not the password')
  await address.getByRole('button', { name: 'Mail a link to it' }).click()
  await expect(address.getByText('That password is not right.')).toBeVisible()
  await expect(address.getByLabel('Current password')).toBeFocused()
  await expectAccessibleEverywhere(page)
  await address.getByLabel('Current password').fill(PASSWORD)
  await address.getByRole('button', { name: 'Mail a link to it' }).click()
  await expect(address).toContainText(`${long} waits to be confirmed`)
  await expectAccessibleEverywhere(page)

  await page.goto((await company.newestMail(long)).link)
  await expectAccessibleEverywhere(page)
  await page.getByRole('button', { name: `Use ${long}` }).click()
  await expect(page.getByRole('status')).toContainText('Address changed')
  expect((await company.newestMail(owner.address)).subject).toBe('Your account has another address')

  const password = page.getByRole('region', { name: 'Change your password' })
  await password.getByLabel('Current password').fill(PASSWORD)
  await password.getByLabel('New password').fill('another fine phrase')
  await password.getByLabel('Repeat the password').fill('another fine phrase')
  await password.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByRole('status')).toContainText('signed out everywhere else')
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await page.getByLabel('Email address').fill(long)
  await page.getByLabel('Password').fill('another fine phrase')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(`/o/${company.slug}`)
})
