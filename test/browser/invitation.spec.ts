import { DAY } from '../../src/rules/dates'
import { type Company, expect, expectAccessibleEverywhere, type Page, test } from './support'

const invite = async (company: Company) => {
  const jane = company.address('jane')
  await company.invite(jane, { note: 'Welcome!' })
  return jane
}

/** The mails of the timeline, by their headings. */
const mails = (page: Page) => page.getByRole('heading', { level: 3 })

test('an invitation’s page is opened from the list, and its timeline grows in place', async ({
  admin,
  company,
}) => {
  const jane = await invite(company)
  await admin.goto(`/o/${company.slug}/invitations`)
  await admin.getByRole('link', { name: jane, exact: true }).click()
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText(jane)
  await expect(mails(admin)).toHaveText([/^1st mail, sent by Olga Owner/])
  await expect(admin.getByText('Mail handed over')).toBeVisible()

  const address = admin.url()
  await admin.getByRole('button', { name: `Resend to ${jane}` }).click()
  await expect(mails(admin)).toHaveText([/^2nd mail/, /^1st mail/])
  await expect(admin.getByText('Resent by Olga Owner')).toBeVisible()

  await admin.getByRole('link', { name: 'Edit the invitation' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('Department').fill('Sales')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(admin.getByText('Edited by Olga Owner: department from none to Sales')).toBeVisible()
  await expect(admin.getByRole('link', { name: 'Edit the invitation' })).toBeFocused()
  await expectAccessibleEverywhere(admin)

  await admin.getByRole('link', { name: 'Revoke the invitation' }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await expect(admin.getByText('Revoked by Olga Owner')).toBeVisible()
  await expect(admin.getByRole('button', { name: /^Resend/ })).toHaveCount(0)
  expect(admin.url()).toBe(address)
})

test('its reminders are paused and resumed where one is', async ({ admin, company }) => {
  await company.set({ reminder_after: 50, invitation_lifetime: (7 * DAY) / 1000 })
  const jane = await invite(company)
  await admin.goto(`/o/${company.slug}/invitations`)
  await admin.getByRole('link', { name: jane, exact: true }).click()
  await expect(admin.getByText(/^Next on/)).toBeVisible()
  await admin.getByRole('button', { name: 'Pause reminders' }).click()
  await expect(admin.getByText('Reminders paused by Olga Owner')).toBeVisible()
  await admin.getByRole('button', { name: 'Resume reminders' }).click()
  await expect(admin.getByText('Reminders resumed by Olga Owner')).toBeVisible()
  await expect(admin.getByText(/^Next on/)).toBeVisible()
})
