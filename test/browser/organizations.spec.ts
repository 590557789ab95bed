import { expect, expectAccessibleEverywhere, expectNoSidewaysScroll, PHONE, test } from './support'

const LONG =
  'Königlich-Bayerische Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'

test('make another organization, switch by keyboard, and leave one again', async ({ admin, company }) => {
  await admin.goto(`/o/${company.slug}`)
  const switcher = admin.getByRole('button', { name: /switch organization/ })
  await switcher.focus()
  await admin.keyboard.press('Enter')
  await expect(admin.getByRole('link', { name: 'New organization' })).toBeVisible()
  await admin.keyboard.press('Escape')
  await expect(admin.getByRole('link', { name: 'New organization' })).toBeHidden()
  await expect(switcher).toBeFocused()
  await admin.keyboard.press('Enter')
  await admin.getByRole('link', { name: 'New organization' }).click()

  const name = `Second ${company.slug}`
  await admin.getByLabel('Name', { exact: true }).fill(name)
  await admin.getByRole('button', { name: 'Make organization' }).click()
  await expect(admin).toHaveURL(/\/o\/second-company-/)
  await expect(admin.getByRole('status').getByText('Your new organization')).toBeVisible()
  await switcher.click()
  await admin.getByRole('list', { name: 'Organizations' }).getByRole('link', { name: company.name }).click()
  await expect(admin).toHaveURL(`/o/${company.slug}`)

  await company.join(await company.addAccount('Oona Other'), 'owner')
  await admin.getByRole('link', { name: 'Your organizations' }).click()
  await admin.getByRole('link', { name: `Leave ${name}` }).click()
  await expect(admin.getByRole('heading', { name: 'You are the last owner' })).toBeVisible()
  await admin.goto('/organizations')
  await admin.getByRole('link', { name: `Leave ${company.name}` }).click()
  await admin.getByRole('button', { name: 'Leave', exact: true }).click()
  await expect(admin).toHaveURL(/\/o\/second-company-/)
  await expect(admin.getByText('You have left the organization')).toBeVisible()
})

test('a member leaves in the dialog and is told what to do next', async ({ page, company }) => {
  const member = await company.join(await company.addAccount('Max Member'), 'member')
  await company.signIn(page.context(), member)
  await page.goto(`/o/${company.slug}`)
  await page.getByRole('link', { name: 'Leave this organization' }).click()
  const dialog = page.getByRole('dialog', { name: `Leave ${company.name}?` })
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await dialog.getByRole('button', { name: 'Leave', exact: true }).click()
  await expect(page).toHaveURL('/organizations?notice=left')
  await expect(page.getByText('You have left the organization')).toBeVisible()
  await expect(page.getByText('You are in no organization')).toBeVisible()
})

test('delete an organization by the mail, and undo it', async ({ admin, company, quiet }) => {
  await company.set({ name: LONG })
  const settings = `/o/${company.slug}/settings/deletion`
  await admin.goto(settings)
  quiet.expect(422)
  await admin.getByLabel(/^To go on/).fill('something else')
  await admin.getByRole('button', { name: 'Mail me the link' }).click()
  await expect(admin.getByText(/^Type the name exactly/)).toBeVisible()
  await admin.getByLabel(/^To go on/).fill(LONG)
  await admin.getByRole('button', { name: 'Mail me the link' }).click()
  await expect(admin.getByText(/the link in it confirms, until/)).toBeVisible()
  await expectAccessibleEverywhere(admin)

  const mail = await company.newestMail(company.owner.address)
  await admin.goto(mail.link)
  await expectAccessibleEverywhere(admin)
  await admin.getByRole('button', { name: `Delete ${LONG}` }).click()
  await expect(admin).toHaveURL(`${settings}?notice=deletion-confirmed`)
  await admin.setViewportSize(PHONE)
  await admin.goto(`/o/${company.slug}/invitations`)
  await expectNoSidewaysScroll(admin)
  await admin.getByRole('button', { name: 'Undo' }).click()
  await expect(admin.getByRole('status').getByText('Deletion undone')).toBeVisible()
  await expect(admin.getByRole('button', { name: 'Undo' })).toHaveCount(0)
  await admin.goto(mail.link)
  await expect(admin.getByRole('heading', { name: 'Already undone' })).toBeVisible()
})
