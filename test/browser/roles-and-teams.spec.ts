import { permissionsAmong } from '../../src/rules/permissions'
import { type Company, DESK, expect, expectAccessibleEverywhere, PHONE, test } from './support'

const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'

const addRole = (company: Company, name: string, permissions: readonly string[], description = '') =>
  company.add('role', {
    name,
    description,
    permissions: JSON.stringify(permissionsAmong(['organization:read', ...permissions])),
    created_at: Date.now(),
  })
const addTeam = (company: Company, name: string) => company.add('team', { name, created_at: Date.now() })

test('a role is made, edited and deleted in the dialog, and its member gets the successor', async ({
  admin,
  company,
  quiet,
}) => {
  await admin.setViewportSize(DESK)
  await admin.goto(`/o/${company.slug}/roles`)
  await admin.getByRole('link', { name: 'New role' }).click()
  const dialog = admin.getByRole('dialog')
  await expect(dialog.getByLabel('Name', { exact: true })).toBeFocused()
  await expect(dialog.getByRole('checkbox', { name: /^Organization: Read/ })).toBeDisabled()
  await expectAccessibleEverywhere(admin)
  await admin.setViewportSize(DESK)

  quiet.expect(422)
  await dialog.getByLabel('Name', { exact: true }).fill('admin')
  await dialog.getByRole('checkbox', { name: /^Member: Manage/ }).check()
  await dialog.getByRole('button', { name: 'Make role' }).click()
  await expect(dialog.getByText('There is a role with this name already.')).toBeVisible()
  await expect(dialog.getByRole('checkbox', { name: /^Member: Manage/ })).toBeChecked()
  await dialog.getByLabel('Name', { exact: true }).fill('Recruiter')
  await dialog.getByRole('button', { name: 'Make role' }).click()
  await expect(dialog).toBeHidden()
  await expect(admin.locator('#toasts')).toContainText('Role made')
  const matrix = admin.getByRole('table')
  await expect(matrix.getByRole('columnheader', { name: 'Recruiter' })).toBeVisible()

  await admin.getByRole('link', { name: 'Edit Recruiter' }).click()
  await dialog.getByLabel('Name', { exact: true }).fill('Hiring')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(matrix.getByRole('columnheader', { name: 'Hiring' })).toBeVisible()
  await expect(admin.getByRole('link', { name: 'New role' })).toBeVisible()

  const role = (await admin.getByRole('link', { name: 'Edit Hiring' }).getAttribute('href'))
    ?.split('/')
    .at(-2)
  await company.join(await company.addAccount('Hanna Hire'), role ?? '')
  await admin.getByRole('link', { name: 'Delete Hiring' }).click()
  await expect(dialog.getByText('1 member holds it.')).toBeVisible()
  await expectAccessibleEverywhere(admin)
  await admin.setViewportSize(DESK)
  await dialog.getByLabel('Which role takes over').selectOption('Viewer')
  await dialog.getByRole('button', { name: 'Delete role' }).click()
  await expect(admin.locator('#toasts')).toContainText('Role deleted')
  await expect(matrix.getByRole('columnheader', { name: 'Hiring' })).toHaveCount(0)
  await expect(admin.getByRole('link', { name: '1 member with the role Viewer' })).toBeVisible()
})

test('roles are a matrix on a desk and a card each on a phone, long names and all', async ({
  admin,
  company,
}) => {
  await addRole(company, LONG, ['team:manage'], `${LONG} ${LONG}`)
  for (let n = 1; n < 8; n += 1) await addRole(company, `Role ${n}`, ['member:read'])
  await admin.goto(`/o/${company.slug}/roles`)
  await expectAccessibleEverywhere(admin)
  await admin.setViewportSize(DESK)
  await expect(admin.getByRole('rowheader', { name: /^Team: Manage/ })).toBeVisible()
  await expect(admin.getByRole('article')).toHaveCount(0)
  await admin.setViewportSize(PHONE)
  await expect(admin.getByRole('table')).toHaveCount(0)
  const card = admin.getByRole('article').filter({ hasText: LONG })
  await expect(card.getByRole('list', { name: /^What / }).getByRole('listitem')).toHaveText([
    'Organization: Read',
    'Team: Manage',
  ])
  await card.getByRole('link', { name: /^Edit / }).click()
  await expect(admin.getByRole('dialog').getByRole('checkbox', { name: /^Team: Manage/ })).toBeChecked()
})

test('a team is made, renamed and deleted, and chosen beforehand', async ({ admin, company }) => {
  await admin.goto(`/o/${company.slug}/teams`)
  await expect(admin.getByText('There is no team yet.')).toBeVisible()
  await expectAccessibleEverywhere(admin)
  const dialog = admin.getByRole('dialog')
  for (const name of ['Support', 'Sales']) {
    await admin.getByRole('link', { name: 'New team' }).first().click()
    await dialog.getByLabel('Name').fill(name)
    await admin.keyboard.press('Enter')
    await expect(admin.getByRole('rowheader', { name })).toBeVisible()
    await expect(dialog).toBeHidden()
  }
  await admin.getByRole('link', { name: 'Rename Support' }).click()
  await dialog.getByLabel('Name').fill(`Care ${LONG}`)
  await dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(admin.getByRole('rowheader')).toHaveText([`Care ${LONG}`, 'Sales'])

  await admin.goto(`/o/${company.slug}/invitations/new`)
  await admin.getByLabel('Email addresses').fill(company.address('jane'))
  for (const name of [`Care ${LONG}`, 'Sales']) await admin.getByRole('checkbox', { name }).check()
  await admin.getByRole('button', { name: 'Send invitations' }).click()
  await admin.goto(`/o/${company.slug}/teams`)
  await expectAccessibleEverywhere(admin)
  await admin.getByRole('link', { name: 'Delete Sales' }).click()
  await expect(dialog.getByText('It falls off 1 outstanding invitation')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await dialog.getByRole('button', { name: 'Delete team' }).click()
  await expect(admin.getByRole('rowheader')).toHaveText([`Care ${LONG}`])
})

test('two hundred teams leave the form to send usable', async ({ admin, company }) => {
  for (let n = 0; n < 60; n += 1) await addTeam(company, `Team ${n}`)
  await admin.setViewportSize(PHONE)
  await admin.goto(`/o/${company.slug}/invitations/new`)
  const height = await admin.getByRole('group', { name: 'Teams' }).evaluate((group) => group.clientHeight)
  expect(height).toBeLessThan(300)
  await admin.getByRole('checkbox', { name: 'Team 59' }).check()
  await expect(admin.getByRole('checkbox', { name: 'Team 59' })).toBeInViewport()
})

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false })
  test('roles and teams are made and deleted on pages of their own', async ({ admin, company }) => {
    await admin.goto(`/o/${company.slug}/roles`)
    await admin.getByRole('link', { name: 'New role' }).click()
    await admin.getByLabel('Name', { exact: true }).fill('Auditor')
    await admin.getByRole('checkbox', { name: /^Audit log: Read/ }).check()
    await admin.getByRole('button', { name: 'Make role' }).click()
    await expect(admin.getByRole('status')).toContainText('Role made')
    // Before its styles have come, a page shows both the matrix and the cards.
    await admin.waitForLoadState()
    await admin.getByRole('link', { name: 'Delete Auditor' }).click()
    await admin.getByRole('button', { name: 'Delete role' }).click()
    await expect(admin.getByRole('status')).toContainText('Role deleted')
    await admin.goto(`/o/${company.slug}/teams/new`)
    await admin.getByLabel('Name').fill('Support')
    await admin.getByRole('button', { name: 'Make team' }).click()
    await expect(admin.getByRole('rowheader', { name: 'Support' })).toBeVisible()
  })
})
