import { acceptAsNewcomer, expect, expectAccessibleEverywhere, PASSWORD, test } from './support'

test.describe.configure({ mode: 'parallel' })

test('an admin lists a domain, looks for its record, and takes it off again', async ({ admin, company }) => {
  await admin.goto(`/o/${company.slug}/settings`)
  await admin.getByRole('link', { name: 'Domains' }).click()
  await expect(admin.getByText('No domain yet.')).toBeVisible()
  await expectAccessibleEverywhere(admin)
  const long = `${'a-very-long-part-of-a-name.'.repeat(4)}test`
  await admin.getByLabel('Domain', { exact: true }).fill(`jane@${long.toUpperCase()}`)
  await admin.getByRole('button', { name: 'Add domain' }).click()
  await expect(admin.getByRole('status')).toContainText('Domain added')
  await expect(admin.getByRole('heading', { name: long })).toBeVisible()
  await expect(admin.getByRole('textbox', { name: `TXT record for ${long}` })).toHaveValue(
    /^usher-verification=[0-9a-f]{32}$/,
  )
  await admin.getByRole('button', { name: `Check ${long} now` }).click()
  await expect(admin.getByRole('alert')).toContainText(/no TXT record|Could not be looked up/)
  await company.proveDomain()
  await expectAccessibleEverywhere(admin)

  await admin.getByRole('link', { name: `Remove ${long}` }).click()
  await expect(admin.getByRole('dialog')).toContainText('nobody signs in differently')
  await expectAccessibleEverywhere(admin)
  await admin.getByRole('button', { name: 'Remove domain' }).click()
  await expect(admin.getByRole('status')).toContainText('Domain removed')
  // The list is fresh: what was proven meanwhile is there.
  await expect(admin.locator('#domains').getByRole('heading')).toHaveText([/test$/])
  await expect(admin.getByText('Proven', { exact: true })).toBeVisible()
})

test('somebody sees where they are signed in, and signs out elsewhere', async ({
  page,
  company,
  stranger,
}) => {
  const { to, link } = await company.invite(company.address('jane'))
  await page.goto(link)
  await acceptAsNewcomer(page)
  await expect(page).not.toHaveURL(/accept-invitation/)
  const elsewhere = stranger
  await elsewhere.goto('/sign-in')
  await elsewhere.getByLabel('Email address').fill(to)
  await elsewhere.getByLabel('Password').fill(PASSWORD)
  await elsewhere.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(elsewhere).toHaveURL(`/o/${company.slug}`)

  await page.goto('/account')
  await page.getByRole('link', { name: 'Where you are signed in' }).click()
  const sessions = page.getByRole('listitem')
  await expect(sessions).toHaveCount(2)
  await expect(sessions.first()).toContainText('This browser')
  await expect(sessions.first()).toContainText('Chrome on Linux')
  await expectAccessibleEverywhere(page)
  await sessions
    .nth(1)
    .getByRole('button', { name: /^Sign out Chrome/ })
    .click()
  await expect(page.getByRole('status')).toHaveText('Signed out there.')
  await expect(sessions).toHaveCount(1)
  await elsewhere.reload()
  await expect(elsewhere.getByRole('heading', { name: /^Sign in/ })).toBeVisible()
})
