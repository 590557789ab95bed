import { acceptAsNewcomer, expect, expectAccessibleEverywhere, PASSWORD, rowOf, tab, test } from './support'

test('the page to set up with reads well everywhere, with its errors too', async ({ page, quiet }) => {
  await page.goto('/')
  await expect(page).toHaveURL('/setup')
  await expectAccessibleEverywhere(page)

  quiet.expect(422)
  await page.getByLabel('Organization', { exact: true }).fill('Acme')
  await page.getByLabel('First name').fill('Olga')
  await page.getByLabel('Last name').fill('Owner')
  await page.getByLabel('Email address').fill('olga@acme.test')
  await page.getByLabel('Choose a password').fill('password')
  await page.getByLabel('Repeat the password').fill('password')
  await page.getByRole('button', { name: 'Create organization' }).click()
  await expect(page.getByText('Too many people use this password')).toBeVisible()
  await expect(page.getByLabel('Choose a password')).toBeFocused()
  await expect(page.getByLabel('Organization', { exact: true })).toHaveValue('Acme')
  await expectAccessibleEverywhere(page)
})

test('from setting up to a new member, who has left Outstanding and stands under Accepted', async ({
  page,
  stranger,
}) => {
  await test.step('set up', async () => {
    await page.goto('/')
    await page.getByLabel('Organization', { exact: true }).fill('Acme')
    await page.getByLabel('First name').fill('Olga')
    await page.getByLabel('Last name').fill('Owner')
    await page.getByLabel('Email address').fill('olga@acme.test')
    await page.getByLabel('Choose a password').fill(PASSWORD)
    await page.getByLabel('Repeat the password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Create organization' }).click()
    await expect(page).toHaveURL('/o/acme/invitations')
    await expect(page.getByText('Nobody is invited at the moment.')).toBeVisible()
  })

  await test.step('paste three addresses and send', async () => {
    await page.getByRole('banner').getByRole('link', { name: 'Invitations' }).click()
    await page.getByRole('link', { name: 'Invite users' }).first().click()
    await page.getByLabel('Email addresses').fill('jane@acme.test, joe@acme.test\n"Doe, Jim" <jim@acme.test>')
    await page.getByRole('button', { name: 'Send invitations' }).click()
    await expect(page.getByText('3 invitations sent')).toBeVisible()
    await expect(tab(page, 'Outstanding')).toHaveText('Outstanding 3')
    await expect(rowOf(page, 'jane@acme.test')).toContainText('Pending')
  })

  await test.step('open the mailbox and click the link in a mail', async () => {
    await stranger.goto('/mailbox')
    const mail = stranger.getByRole('article').filter({ hasText: 'jane@acme.test' })
    const frame = mail.frameLocator('iframe')
    if (!(await mail.locator('iframe').isVisible())) await mail.getByText('The mail', { exact: true }).click()
    const opened = stranger.waitForEvent('popup')
    await frame.getByRole('link', { name: 'Accept invitation' }).click()
    const invitee = await opened
    await expect(invitee.getByRole('heading', { name: 'Accept invitation' })).toBeVisible()
    await expect(invitee.getByText('Olga Owner invites you to join Acme as Member.')).toBeVisible()
    await expect(invitee.getByLabel('Email address')).toHaveValue('jane@acme.test')
    await acceptAsNewcomer(invitee)
    await expect(invitee).toHaveURL(/\/o\/acme\?/)
    await expect(invitee.getByRole('heading', { level: 1, name: 'Acme' })).toBeVisible()
    await expect(invitee.getByRole('main')).toContainText('jane@acme.test')
    await expect(invitee.getByRole('main')).toContainText('Olga Owner')
    await expect(invitee.getByRole('banner').getByRole('link', { name: 'Invitations' })).toHaveCount(0)
  })

  await test.step('see them under Accepted', async () => {
    await page.goto('/o/acme/invitations')
    await expect(tab(page, 'Outstanding')).toHaveText('Outstanding 2')
    await expect(rowOf(page, 'jane@acme.test')).toHaveCount(0)
    await tab(page, 'Accepted').click()
    await expect(rowOf(page, 'jane@acme.test')).toContainText('Accepted')
    await rowOf(page, 'jane@acme.test').getByRole('link', { name: 'See member' }).click()
    await expect(page.getByRole('heading', { name: 'Jane Doe' })).toBeVisible()
  })
})

test('setting up is closed for good afterwards', async ({ page, quiet }) => {
  quiet.expect(404)
  await page.goto('/setup')
  await expect(page.getByRole('heading', { name: 'Already set up' })).toBeVisible()
  await page.getByRole('link', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Sign in to Acme' })).toBeVisible()
  await page.getByLabel('Email address').fill('olga@acme.test')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL('/o/acme')
})
