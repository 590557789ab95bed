import { paths } from '../../src/paths'
import { listed } from '../support/directory'
import { expect, expectAccessibleEverywhere, test } from './directory'

test.describe.configure({ mode: 'serial' })

test('an admin connects the directory, searches and ticks people in the dialog, and whoever is imported signs in by single sign-on', async ({
  company,
  admin,
  idp,
  staff,
  stranger,
}) => {
  const person = (name: string, department = '') => {
    const address = company.address(name.toLowerCase().replace(' ', '.'))
    return listed(name, { id: `${company.slug}-${name.replace(' ', '-')}`, address, department })
  }
  const jane = person('Jane Roe', 'Sales')
  const many = Array.from({ length: 60 }, (_, n) => person(`P${String(n).padStart(2, '0')} Many`))
  staff.google.people = [jane, ...many]
  await idp.connect(company)
  await company.presetIs('google')
  idp.account({ email: company.owner.address })

  await admin.goto(paths.signInSettings(company.slug))
  await admin.getByRole('link', { name: 'Connect directory' }).click()
  await expect(admin.getByText('Directory connected')).toBeVisible()

  await admin.goto(paths.invitations(company.slug))
  await admin.getByRole('link', { name: 'Invite users' }).first().click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByRole('link', { name: 'Import from directory' }).click()
  await dialog.getByLabel(/Jane Roe/).check()
  await dialog.getByRole('button', { name: 'More people' }).click()
  await expect(dialog.getByText('Ticked before')).toBeVisible()
  await dialog.getByLabel('Search by name or address').fill('p07')
  await admin.keyboard.press('Enter')
  await dialog.getByLabel(/P07 Many/).check()
  await expect(dialog.getByLabel(/Jane Roe/)).toBeChecked()
  await dialog.getByLabel('Role').selectOption('Viewer')
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(admin.getByText('2 people imported')).toBeVisible()
  await expect(dialog).toBeHidden()

  idp.account({
    sub: jane.id,
    email: jane.address,
    hd: new URL(`mailto:${jane.address}`).pathname.split('@')[1] ?? '',
  })
  await stranger.goto(paths.organizationSso(company.slug))
  await expect(stranger).toHaveURL(new RegExp(`/o/${company.slug}$`))
  await expect(stranger.getByText('Jane Roe').first()).toBeVisible()

  for (const path of [paths.importPeople(company.slug), paths.signInSettings(company.slug)]) {
    await admin.goto(path)
    await expectAccessibleEverywhere(admin)
  }
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('people are imported as well, and an expired consent is said and loses nothing', async ({
    company,
    admin,
    idp,
    staff,
    quiet,
  }) => {
    quiet.expect(422)
    const jane = listed('Jane Roe', { id: `${company.slug}-jane`, address: company.address('jane') })
    staff.microsoft.people = [jane]
    await idp.connect(company)
    await company.presetIs('microsoft')
    idp.account({ email: company.owner.address })
    await admin.goto(paths.connectDirectory(company.slug))
    await expect(admin.getByText('Directory connected')).toBeVisible()

    await admin.goto(paths.importPeople(company.slug))
    await admin.getByLabel(/Jane Roe/).check()
    await admin.getByLabel('Department (optional)').fill('Legal')
    staff.microsoft.consented = false
    await admin.getByRole('button', { name: 'Import', exact: true }).click()
    await expect(admin.getByText('The consent to read the directory has expired')).toBeVisible()
    await expect(admin.getByLabel(/Jane Roe/)).toBeChecked()
    await expect(admin.getByLabel('Department (optional)')).toHaveValue('Legal')

    staff.microsoft.consented = true
    const again = await admin.context().newPage()
    await again.goto(paths.signInSettings(company.slug))
    await again.getByRole('link', { name: 'Connect again' }).click()
    await expect(again.getByText('Directory connected')).toBeVisible()
    await admin.getByRole('button', { name: 'Import', exact: true }).click()
    await expect(admin.getByText('1 person imported')).toBeVisible()
  })
})
