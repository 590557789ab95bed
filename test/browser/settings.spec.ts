import { expect, expectAccessibleEverywhere, test } from './support'

test('an admin moves the organization, and a mistake stands beside its field', async ({
  admin,
  company,
  quiet,
}) => {
  await admin.goto(`/o/${company.slug}`)
  await admin.getByRole('link', { name: 'Settings' }).click()
  await admin.getByLabel('Address in the console').fill('Not a slug')
  await admin.getByLabel('Where invitees land').fill('/o/elsewhere')
  quiet.expect(422)
  await admin.getByRole('button', { name: 'Save' }).click()
  await expect(admin.getByLabel('Address in the console')).toHaveAccessibleDescription(/Lower-case letters/)
  await expect(admin.getByLabel('Where invitees land')).toHaveAccessibleDescription(/page of the console/)
  await expectAccessibleEverywhere(admin)

  const moved = `${company.slug}-moved`
  await admin.getByLabel('Name').fill('Acme Group')
  await admin.getByLabel('Address in the console').fill(moved)
  await admin.getByLabel('Time zone').selectOption('Asia/Tokyo')
  await admin.getByLabel('Where invitees land').fill('/welcome')
  await admin.getByRole('button', { name: 'Save' }).click()
  await expect(admin).toHaveURL(`/o/${moved}/settings?notice=settings-saved`)
  await expect(admin.getByRole('status')).toContainText('Settings saved')
  await expect(admin).toHaveTitle(/Acme Group/)
  await expect(admin.getByText('GMT+9')).toBeVisible()
})

test('an amount that is typed is chosen, and a preset takes its place again', async ({ admin, company }) => {
  await admin.goto(`/o/${company.slug}/settings/invitations`)
  const custom = admin.getByRole('radio', { name: 'Custom' })
  const amount = admin.getByRole('textbox', { name: 'Custom lifetime' })
  await amount.fill('36')
  await admin.getByRole('combobox', { name: 'Unit' }).selectOption('hours')
  await expect(custom).toBeChecked()
  await admin.getByRole('radio', { name: '24 hours' }).check()
  await expect(amount).toHaveValue('')
  await amount.fill('36')
  await admin.getByRole('radio', { name: 'Not offered' }).check()
  await admin.getByRole('checkbox', { name: 'Department' }).uncheck()
  await admin.getByRole('button', { name: 'Save' }).click()
  await expect(admin.getByRole('status')).toContainText('Settings saved')
  await expect(custom).toBeChecked()
  await expect(amount).toHaveValue('36')

  await admin.goto(`/o/${company.slug}/invitations/new`)
  await expect(admin.getByLabel('Email addresses')).toBeVisible()
  await expect(admin.getByLabel('Role')).toHaveCount(0)
  await expect(admin.getByLabel(/Department/)).toHaveCount(0)
})

test('ten addresses on three free seats: three go, and the dialog says what to do for the others', async ({
  admin,
  company,
}) => {
  await company.set({ seat_limit: 4 })
  await admin.goto(`/o/${company.slug}/invitations`)
  await expect(admin.getByText('1 of 4 seats')).toBeVisible()
  await admin.getByRole('link', { name: 'Invite users' }).first().click()
  const dialog = admin.getByRole('dialog')
  const addresses = Array.from({ length: 10 }, (_, n) => company.address(`person${n}`))
  await dialog.getByLabel('Email addresses').fill(addresses.join(' '))
  await dialog.getByRole('button', { name: 'Send invitations' }).click()
  await expect(dialog.getByText('3 invitations sent')).toBeVisible()
  await expect(dialog.getByText('No seat left')).toHaveCount(7)
  await expect(dialog.getByLabel('Email addresses')).toHaveValue(addresses.slice(3).join('\n'))
  await expect(admin.getByRole('meter', { name: '4 of 4 seats', includeHidden: true })).toHaveCount(1)
  await expectAccessibleEverywhere(admin)
  await dialog.getByRole('link', { name: 'Members' }).click()
  await expect(admin.getByRole('heading', { level: 1, name: 'Members' })).toBeVisible()
})
