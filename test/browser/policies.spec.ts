import { expect, expectAccessibleEverywhere, test } from './support'

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

test('an admin sets policies, and the send form says what they refuse and until when they hold', async ({
  admin,
  company,
  quiet,
}) => {
  await admin.goto(`/o/${company.slug}/settings/policies`)
  const blocked = admin.getByRole('group', { name: 'Blocked domains' }).getByLabel('Domains', { exact: true })
  await expect(blocked).toBeHidden()
  await admin.getByRole('checkbox', { name: 'Blocked domains' }).check()
  await blocked.fill('rival.example not-a-domain')
  await admin.getByRole('checkbox', { name: 'Working hours' }).check()
  // Mails leave on a day that is neither today nor tomorrow.
  const inThreeDays = WEEKDAYS[(new Date().getUTCDay() + 3) % 7] ?? ''
  for (const day of WEEKDAYS.filter((day) => day !== inThreeDays))
    await admin.getByRole('checkbox', { name: day }).uncheck()
  await admin.getByRole('checkbox', { name: inThreeDays }).check()
  quiet.expect(422)
  await admin.getByRole('button', { name: 'Save' }).click()
  await expect(blocked).toHaveAccessibleDescription(/“not-a-domain” is no domain/)
  await expectAccessibleEverywhere(admin)
  await blocked.fill('rival.example')
  await admin.getByRole('button', { name: 'Save' }).click()
  await expect(admin.getByRole('status')).toContainText('Settings saved')
  await expect(blocked).toHaveValue('rival.example')
  await expect(admin.getByRole('checkbox', { name: inThreeDays })).toBeChecked()

  await admin.goto(`/o/${company.slug}/invitations`)
  await admin.getByRole('link', { name: 'Invite users' }).first().click()
  const dialog = admin.getByRole('dialog')
  const jane = company.address('jane')
  await dialog.getByLabel('Email addresses').fill(`${jane} joe@rival.example`)
  await dialog.getByRole('button', { name: 'Send invitations' }).click()
  await expect(
    dialog.getByText(/1 invitation sent; its mail waits until .+ Outside working hours\./),
  ).toBeVisible()
  await expect(dialog.getByRole('list', { name: 'Not invited' })).toContainText(
    'Addresses of rival.example are blocked here. Use an address of another domain.',
  )
  await expect(dialog.getByLabel('Email addresses')).toHaveValue('joe@rival.example')
  await expectAccessibleEverywhere(admin)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(admin.getByRole('row', { name: jane })).toContainText(/Goes on .+ Outside working hours\./)
})
