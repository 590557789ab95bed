import { type Company, expect, type Page, rowOf, tab, test } from './support'

const focused = (page: Page) => page.locator(':focus')

/** Presses Tab until the focus is on `name`; fails if it never gets there. */
const tabTo = async (
  page: Page,
  role: 'link' | 'button' | 'checkbox' | 'textbox' | 'combobox',
  name: string,
) => {
  const target = page.getByRole(role, { name })
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    if (await target.and(focused(page)).count()) return
  }
  throw new Error(`Tab never reaches the ${role} ${name}`)
}

const openList = async (page: Page, { slug }: Company) => {
  await page.goto(`/o/${slug}/invitations`)
  await expect(page.getByRole('heading', { name: 'Invitations' })).toBeVisible()
}

test('the first Tab offers to skip to the content, past the sidebar', async ({ admin, company }) => {
  await openList(admin, company)
  await admin.keyboard.press('Tab')
  await expect(focused(admin)).toHaveText('Skip to content')
  await expect(focused(admin)).toBeInViewport()
  await admin.keyboard.press('Enter')
  await admin.keyboard.press('Tab')
  await expect(focused(admin)).toHaveText('Invite users')
})

test('"/" goes to the search, but types a slash where one is typing', async ({ admin, company }) => {
  await openList(admin, company)
  const search = admin.getByRole('searchbox')
  await admin.keyboard.press('/')
  await expect(search).toBeFocused()
  await expect(search).toHaveValue('')
  await admin.keyboard.type('a/b')
  await expect(search).toHaveValue('a/b')

  await admin.getByRole('link', { name: 'Invite users' }).first().click()
  const box = admin.getByLabel('Email addresses')
  await expect(box).toBeFocused()
  await admin.keyboard.type('/')
  await expect(box).toHaveValue('/')
})

test('Tab goes through the page in the order it reads', async ({ admin, company }) => {
  await company.addInvitations([{ address: company.address('jane') }])
  await openList(admin, company)
  const jane = company.address('jane')
  await tabTo(admin, 'link', 'Skip to content')
  for (const [role, name] of [
    ['link', 'Overview'],
    ['link', 'Invitations'],
    ['link', 'Settings'],
    ['button', 'Sign out'],
    ['link', 'Invite users'],
    ['link', 'Outstanding 1'],
    ['link', 'All 1'],
    ['button', 'Search'],
    ['checkbox', 'Select all'],
    ['link', 'Email'],
    ['checkbox', `Select ${jane}`],
    ['button', `Resend to ${jane}`],
    ['link', `Revoke the invitation of ${jane}`],
  ] as const)
    await tabTo(admin, role, name)
})

test('inviting and revoking need no pointer, and the dialog keeps the focus inside', async ({
  admin,
  company,
}) => {
  const jane = company.address('jane')
  await openList(admin, company)
  await tabTo(admin, 'link', 'Invite users')
  await admin.keyboard.press('Enter')
  const dialog = admin.getByRole('dialog')
  await expect(dialog.getByLabel('Email addresses')).toBeFocused()
  await admin.keyboard.type(jane)
  for (const control of ['Role', 'Department', 'Personal note']) {
    await admin.keyboard.press('Tab')
    await expect(dialog.getByLabel(control)).toBeFocused()
  }
  await tabTo(admin, 'button', 'Send invitations')
  // Round the end of the dialog, never into the page behind it.
  for (let presses = 0; presses < 4; presses++) {
    await admin.keyboard.press('Tab')
    await expect(admin.getByRole('link', { name: 'Skip to content' })).not.toBeFocused()
    await expect(admin.locator('header.page').getByRole('link')).not.toBeFocused()
  }
  await tabTo(admin, 'button', 'Send invitations')
  await admin.keyboard.press('Enter')
  await expect(rowOf(admin, jane)).toBeVisible()
  await expect(admin.locator('header.page').getByRole('link', { name: 'Invite users' })).toBeFocused()

  await tabTo(admin, 'checkbox', `Select ${jane}`)
  await admin.keyboard.press('Space')
  await tabTo(admin, 'link', `Revoke the invitation of ${jane}`)
  await admin.keyboard.press('Enter')
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await tabTo(admin, 'button', 'Revoke')
  await admin.keyboard.press('Enter')
  await expect(tab(admin, 'Revoked')).toHaveText('Revoked 1')
})

test('what one typed into a dialog stays until one says twice that it goes', async ({ admin, company }) => {
  await openList(admin, company)
  const opener = admin.getByRole('link', { name: 'Invite users' }).first()
  const dialog = admin.getByRole('dialog')
  const box = dialog.getByLabel('Email addresses')

  // Nothing typed, nothing lost.
  await opener.click()
  await expect(box).toBeFocused()
  await admin.mouse.click(5, 5)
  await expect(dialog).toBeHidden()
  await expect(opener).toBeFocused()

  await opener.press('Enter')
  await box.fill('jane@example.com')
  await admin.mouse.click(5, 5)
  await expect(dialog.getByRole('alert')).toContainText('What you typed is not saved')
  await expect(box).toHaveValue('jane@example.com')
  await box.fill('joe@example.com')
  await expect(dialog.getByRole('alert')).toHaveCount(0)
  await admin.keyboard.press('Escape')
  await expect(dialog.getByRole('alert')).toContainText('What you typed is not saved')
  await expect(box).toHaveValue('joe@example.com')
  await admin.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(opener).toBeFocused()
})

test('the focus goes back to where it came from, though the list was refreshed meanwhile', async ({
  admin,
  company,
}) => {
  const jane = company.address('jane')
  await company.addInvitations([{ address: jane }])
  await openList(admin, company)
  const revoke = rowOf(admin, jane).getByRole('link', { name: 'Revoke' })
  await revoke.press('Enter')
  await expect(admin.getByRole('dialog')).toBeVisible()
  // As a refresh does that finds no place for the old row.
  await rowOf(admin, jane).evaluate((row) => {
    const anew = row.cloneNode(true)
    row.parentNode?.replaceChild(anew, row)
  })
  await admin.keyboard.press('Escape')
  await expect(revoke).toBeFocused()
})
