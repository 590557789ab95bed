import {
  acceptAsNewcomer,
  acceptPassingOffer,
  type Company,
  expect,
  PASSWORD,
  rowOf,
  tab,
  test,
} from './support'

const home = ({ slug }: Company) => new RegExp(`/o/${slug}(\\?|$)`)

test('a newcomer chooses names and a password, corrects them in place, and is in', async ({
  page,
  company,
  quiet,
}) => {
  const mail = await company.invite(company.address('jane'), { role: 'viewer', department: 'Sales' })
  await page.goto(mail.link)
  await expect(page.getByRole('heading', { name: 'Accept invitation' })).toBeVisible()
  await expect(page.getByText('Olga Owner invites you to join Acme as Viewer.')).toBeVisible()
  await expect(page.getByLabel('Email address')).toHaveValue(company.address('jane'))
  await expect(page.getByLabel('Email address')).not.toBeEditable()
  await expect(page.getByLabel('First name')).toBeFocused()

  quiet.expect(422)
  await page.getByLabel('First name').fill('Jane')
  await page.getByLabel('Last name').fill('Doe')
  await page.getByLabel('Choose a password').fill('a password nobody guesses')
  await page.getByLabel('Repeat the password').fill('another one')
  await page.getByRole('button', { name: 'Accept & create account' }).click()
  await expect(page.getByText('The two passwords are not the same.')).toBeVisible()
  await expect(page.getByLabel('Repeat the password')).toBeFocused()
  await expect(page.getByLabel('Last name')).toHaveValue('Doe')
  await expect(page.getByLabel('Choose a password')).toHaveValue('')

  await acceptAsNewcomer(page)
  await expect(page).toHaveURL(home(company))
  await expect(page.getByRole('heading', { level: 1, name: company.name })).toBeVisible()
  await expect(page.getByRole('main')).toContainText('Sales')
  await expect(page.getByRole('main')).toContainText('Viewer')
})

test('the names asked for are those the organization wants: one, or none', async ({ page, company }) => {
  await company.set({ name_fields: 'single' })
  await page.goto((await company.invite(company.address('cher'))).link)
  await expect(page.getByLabel('First name')).toHaveCount(0)
  await page.getByLabel('Your name').fill('Cher')
  await page.getByLabel('Choose a password').fill(PASSWORD)
  await page.getByLabel('Repeat the password').fill(PASSWORD)
  await acceptPassingOffer(page)
  await expect(page).toHaveURL(home(company))

  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await company.set({ name_fields: 'none' })
  await page.goto((await company.invite(company.address('nobody'))).link)
  await expect(page.getByLabel('Your name')).toHaveCount(0)
  await page.getByLabel('Choose a password').fill(PASSWORD)
  await page.getByLabel('Repeat the password').fill(PASSWORD)
  await acceptPassingOffer(page)
  await expect(page).toHaveURL(home(company))
})

test('who has an account signs in on that page and joins', async ({ page, company, quiet }) => {
  const address = company.address('jane')
  await page.goto((await company.invite(address)).link)
  await acceptAsNewcomer(page)
  await expect(page).toHaveURL(home(company))
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/sign-in/)
  await company.forget(address)

  await page.goto((await company.invite(address)).link)
  await expect(page.getByText('You have an account with this address already.')).toBeVisible()
  await expect(page.getByLabel('Your password')).toBeFocused()
  quiet.expect(422)
  await page.getByLabel('Your password').fill('not my password')
  await page.getByRole('button', { name: 'Accept & sign in' }).click()
  await expect(page.getByText('That password is not right.')).toBeVisible()
  await page.getByLabel('Your password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Accept & sign in' }).click()
  await expect(page).toHaveURL(home(company))
  await expect(page.getByRole('main')).toContainText(address)
})

test('who is signed in with that address joins with one click', async ({ page, context, company }) => {
  const jane = await company.addAccount('Jane Doe')
  const mail = await company.invite(jane.address)
  await company.signIn(context, jane)
  await page.goto(mail.link)
  await expect(page.getByText(`You are signed in as ${jane.address}.`)).toBeVisible()
  await page.getByRole('button', { name: 'Accept & join Acme' }).click()
  await expect(page).toHaveURL(home(company))
  await expect(page.getByRole('main')).toContainText(jane.address)
})

test('who is signed in as somebody else is told both addresses, switches and keeps the invitation', async ({
  page,
  context,
  company,
}) => {
  const john = await company.addAccount('John Doe')
  const mail = await company.invite(company.address('jane'))
  await company.signIn(context, john)
  await page.goto(mail.link)
  await expect(page.getByRole('main')).toContainText(
    `This invitation is for ${company.address('jane')}, but you are signed in as ${john.address}.`,
  )
  await expect(page.getByRole('button', { name: /^Accept/ })).toHaveCount(0)
  await page.getByRole('button', { name: 'Switch account' }).click()
  await acceptAsNewcomer(page)
  await expect(page).toHaveURL(home(company))
  await expect(page.getByRole('main')).toContainText(company.address('jane'))
})

test('an invitee declines, the page says so from then on, and the row stands under Declined', async ({
  page,
  company,
  stranger,
}) => {
  const address = company.address('jane')
  const mail = await company.invite(address)
  await stranger.goto(mail.link)
  await stranger.getByText('Don’t want to join?').click()
  await stranger.getByRole('button', { name: 'Decline invitation' }).click()
  await expect(stranger.getByRole('heading', { name: 'Invitation declined' })).toBeVisible()
  await stranger.reload()
  await expect(stranger.getByRole('heading', { name: 'Invitation declined' })).toBeVisible()
  await expect(stranger.getByRole('button')).toHaveCount(0)

  await company.signIn(page.context(), company.owner)
  await page.goto(`/o/${company.slug}/invitations`)
  await expect(tab(page, 'Outstanding')).toHaveText('Outstanding 0')
  await tab(page, 'Declined').click()
  await expect(rowOf(page, address)).toContainText('Declined')
})

test('an organization’s landing address on another site is where a newcomer is taken', async ({
  page,
  company,
}) => {
  await page.route('https://app.example.com/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>The product</title>' }),
  )
  await company.set({ landing_address: 'https://app.example.com/start' })
  await page.goto((await company.invite(company.address('jane'))).link)
  await acceptAsNewcomer(page)
  await expect(page).toHaveURL('https://app.example.com/start')
})
