import { type Company, expect, expectAccessibleEverywhere, type Page, test } from './support'

const row = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) })
const toasts = (page: Page) => page.locator('#toasts')
const names = (page: Page) => page.getByRole('rowheader')

const addJane = async (company: Company, role = 'viewer') =>
  company.join(await company.addAccount('Jane Doe'), role)

test('an admin invites from the list, changes a role there, deactivates, undoes it, and removes', async ({
  admin,
  company,
}) => {
  await addJane(company)
  await admin.goto(`/o/${company.slug}/members`)
  await admin.getByRole('link', { name: 'Invite users' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('Email addresses').fill(company.address('joe'))
  await dialog.getByRole('button', { name: 'Send invitations' }).click()
  await expect(row(admin, company.address('joe'))).toContainText('Pending')
  await expect(admin.getByRole('navigation', { name: 'People' })).toContainText('Invitations 1')

  await row(admin, 'Jane Doe').getByRole('link', { name: 'Change Jane Doe' }).click()
  await dialog.getByLabel('Role').selectOption('Admin')
  await dialog.getByLabel('Department (optional)').fill('Sales')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(row(admin, 'Jane Doe')).toContainText('Admin')
  await expect(row(admin, 'Jane Doe')).toContainText('Sales')
  await expect(admin.getByRole('link', { name: 'Change Jane Doe' })).toBeFocused()

  await admin.getByRole('button', { name: 'Deactivate Jane Doe' }).click()
  await expect(row(admin, 'Jane Doe')).toContainText('Inactive')
  await toasts(admin).getByRole('button', { name: 'Reactivate' }).click()
  await expect(row(admin, 'Jane Doe')).toContainText('Active')
  await expect(toasts(admin).getByRole('button', { name: 'Reactivate' })).toHaveCount(0)

  await admin.getByRole('link', { name: 'Remove Jane Doe' }).click()
  await expect(dialog.getByRole('heading', { name: 'Remove Jane Doe?' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await expect(row(admin, 'Jane Doe')).toHaveCount(0)
  await expect(toasts(admin)).toContainText('Member removed')
  await expect(admin).toHaveURL(new RegExp(`/o/${company.slug}/members$`))
})

test('filters, order and search change rows and URL in place, and going back goes back', async ({
  admin,
  company,
}) => {
  await addJane(company)
  await company.addInvitations([{ address: company.address('amy') }])
  await admin.goto(`/o/${company.slug}/members`)
  await admin.getByRole('link', { name: 'Name', exact: true }).click()
  await expect(admin).toHaveURL(/\?sort=name$/)
  await expect(names(admin)).toContainText([company.address('amy'), 'Jane Doe', 'Olga Owner'])
  await admin.getByLabel('Role').selectOption('Viewer')
  await admin.getByRole('button', { name: 'Apply' }).click()
  await expect(names(admin)).toContainText(['Jane Doe'])
  await expect(names(admin)).toHaveCount(1)
  await expect(admin).toHaveURL(/\?role=viewer&sort=name$/)
  await admin.keyboard.press('/')
  await admin.keyboard.type('nobody')
  await admin.keyboard.press('Enter')
  await expect(admin.getByText('begins with nobody')).toBeVisible()
  await admin.getByRole('link', { name: 'Show everybody' }).click()
  await expect(names(admin)).toHaveCount(3)
  await admin.goBack()
  await expect(admin).toHaveURL(/q=nobody/)
  await expect(admin.getByText('begins with nobody')).toBeVisible()
})

test('list, dialogs and a member’s page are accessible, with long names too', async ({ admin, company }) => {
  const long = await company.addAccount(
    'Maximiliane Oberhofer-Untertaunenbacher von Hohenzollern-Sigmaringen',
    company.address('maximiliane.oberhofer-untertaunenbacher.von-hohenzollern'),
  )
  await company.join(long, 'member')
  await company.join(await company.addAccount('Ina Inactive'), 'viewer', 'inactive')
  await company.addInvitations([
    { address: company.address('amy'), department: 'Rechtsschutzversicherungsgesellschaftenangelegenheiten' },
    { address: company.address('bea'), expires_at: Date.now() - 1 },
  ])
  await company.set({ seat_limit: 3 })
  await admin.goto(`/o/${company.slug}/members`)
  await expectAccessibleEverywhere(admin)
  await admin.getByRole('link', { name: /^Change Maximiliane/ }).click()
  await expect(admin.getByRole('dialog').getByLabel('Role')).toBeVisible()
  await expectAccessibleEverywhere(admin)
  await admin.keyboard.press('Escape')
  await admin.getByRole('button', { name: /^Deactivate Maximiliane/ }).click()
  await expect(toasts(admin).getByRole('button', { name: 'Reactivate' })).toBeVisible()
  await expectAccessibleEverywhere(admin)
  await admin.goto(`/o/${company.slug}/members/${long.id}`)
  await expectAccessibleEverywhere(admin)
  await admin.goto(`/o/${company.slug}/members/${long.id}/remove`)
  await expectAccessibleEverywhere(admin)
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('an admin invites and comes back to the list, changes a member on their page, and removes them', async ({
    admin,
    company,
  }) => {
    await addJane(company)
    await admin.goto(`/o/${company.slug}/members`)
    await admin.getByRole('link', { name: 'Invite users' }).click()
    await admin.getByLabel('Email addresses').fill(company.address('joe'))
    await admin.getByRole('button', { name: 'Send invitations' }).click()
    await expect(admin).toHaveURL(/\/members\?notice=sent/)
    await expect(row(admin, company.address('joe'))).toContainText('Pending')
    await admin.getByRole('link', { name: 'Change Jane Doe' }).click()
    await admin.getByLabel('Role').selectOption('Member')
    await admin.getByRole('button', { name: 'Save' }).click()
    await expect(admin.getByRole('status')).toContainText('Member changed')
    await admin.getByRole('button', { name: 'Deactivate' }).click()
    await expect(admin.getByRole('heading', { level: 1 })).toContainText('Inactive')
    await admin.getByRole('link', { name: 'Remove' }).click()
    await admin.getByRole('button', { name: 'Remove' }).click()
    await expect(admin.getByRole('status')).toContainText('Member removed')
    await expect(row(admin, 'Jane Doe')).toHaveCount(0)
  })
})
