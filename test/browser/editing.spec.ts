import { expect, expectAccessibleEverywhere, rowOf, test } from './support'

const toasts = '#toasts'

test('an invitation is edited in its row, without another mail, and its link shows the change', async ({
  admin,
  company,
  stranger,
}) => {
  const jane = company.address('jane')
  await company.add('team', { name: 'Fieldwork', created_at: Date.now() })
  const { link } = await company.invite(jane, { role: 'admin', note: 'Hello Jane' })
  await stranger.goto(link)
  await expect(stranger.getByText('invites you to join Acme as Admin')).toBeVisible()

  await admin.goto(`/o/${company.slug}/invitations`)
  const edit = rowOf(admin, jane).getByRole('link', { name: 'Edit' })
  await edit.click()
  const dialog = admin.getByRole('dialog', { name: 'Edit invitation' })
  await expect(dialog.getByLabel('Personal note')).toHaveValue('Hello Jane')
  await expectAccessibleEverywhere(admin)
  await dialog.getByLabel('Role').selectOption('Viewer')
  await dialog.getByLabel('Department').fill('Design')
  await dialog.getByRole('checkbox', { name: 'Fieldwork' }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(admin.locator(toasts)).toContainText('Invitation changed')
  await expect(dialog).toBeHidden()
  await expect(rowOf(admin, jane)).toContainText('Viewer')
  await expect(rowOf(admin, jane)).toContainText('Design')
  await expect(edit).toBeFocused()

  await stranger.goto(link)
  await expect(stranger.getByText('invites you to join Acme as Viewer')).toBeVisible()
  await expect(stranger.getByText('Department: Design')).toBeVisible()
  await expect(stranger.getByText('Team: Fieldwork')).toBeVisible()
  await expectAccessibleEverywhere(stranger)
  expect((await company.newestMail(jane)).link).toBe(link)
})

test('who was slower is told in the dialog, and what they typed stays', async ({ admin, company, quiet }) => {
  quiet.expect(409)
  const jane = company.address('jane')
  await company.invite(jane, { department: 'Sales' })
  const list = `/o/${company.slug}/invitations`
  await admin.goto(list)
  await rowOf(admin, jane).getByRole('link', { name: 'Edit' }).click()
  const dialog = admin.getByRole('dialog', { name: 'Edit invitation' })
  await dialog.getByLabel('Department').fill('Mine')

  const other = await admin.context().newPage()
  await other.goto(list)
  await rowOf(other, jane).getByRole('link', { name: 'Edit' }).click()
  await other.getByLabel('Department').fill('Theirs')
  await other.getByRole('button', { name: 'Save' }).click()
  await expect(rowOf(other, jane)).toContainText('Theirs')
  await other.close()

  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByText('Changed meanwhile to: Theirs.')).toBeVisible()
  await expect(dialog.getByLabel('Department')).toHaveValue('Mine')
  await expect(dialog.getByLabel('Department')).toBeFocused()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(rowOf(admin, jane)).toContainText('Mine')
})
