import {
  acceptAsNewcomer,
  type Company,
  expect,
  expectAccessibleEverywhere,
  type Page,
  rowOf,
  test,
} from './support'

/** Whoever is to become an admin needs a second admin's approval; Sam is one. */
const approving = async (company: Company, other: Page) => {
  await company.set({ policies: JSON.stringify({ approvalRoles: ['admin'] }) })
  const sam = await company.join(await company.addAccount('Sam Second'), 'admin')
  await company.signIn(other.context(), sam)
  return sam
}

const ask = async (admin: Page, company: Company, addresses: readonly string[]) => {
  await admin.goto(`/o/${company.slug}/invitations`)
  await admin.getByRole('link', { name: 'Invite users' }).first().click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('Email addresses').fill(addresses.join('\n'))
  await dialog.getByLabel('Role').selectOption({ label: 'Admin' })
  await dialog.getByRole('button', { name: 'Send invitations' }).click()
  await expect(dialog).toBeHidden()
}

test('what one admin asks for another one approves, and only then its mail leaves', async ({
  admin,
  company,
  stranger,
}) => {
  const sam = await approving(company, stranger)
  const [jane, joe] = [company.address('jane'), company.address('joe')]
  await ask(admin, company, [jane])
  await expect(
    admin.getByText('1 invitation awaits another admin’s approval; nothing was sent yet'),
  ).toBeVisible()
  const own = rowOf(admin, jane)
  await expect(own.getByText('You asked for it; another admin approves.')).toBeVisible()
  await expect(own.getByRole('button', { name: 'Approve' })).toHaveCount(0)
  await expectAccessibleEverywhere(admin)
  await expect(company.newestMail(jane)).rejects.toThrow('no mail')
  await ask(admin, company, [joe])

  const asked = await company.newestMail(sam.address)
  expect(asked.subject).toContain('asks you to approve')
  await stranger.goto(`/o/${company.slug}`)
  await expect(stranger.getByText('Olga Owner asks to invite them as Admin.')).toHaveCount(2)
  await stranger.getByRole('link', { name: jane, exact: true }).click()
  await expectAccessibleEverywhere(stranger)
  await stranger.getByRole('button', { name: `Approve the invitation of ${jane}` }).click()
  await expect(stranger.getByText('Approved by Sam Second')).toBeVisible()
  const { link } = await company.newestMail(jane)

  await stranger.goto(`/o/${company.slug}/invitations`)
  await rowOf(stranger, joe).getByRole('link', { name: 'Decline' }).click()
  const dialog = stranger.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Decline' }).click()
  await expect(rowOf(stranger, joe)).toHaveCount(0)
  expect((await company.newestMail(company.owner.address)).subject).toContain('declined your invitation')
  await expect(company.newestMail(joe)).rejects.toThrow('no mail')

  await stranger.context().clearCookies()
  await stranger.goto(link)
  await acceptAsNewcomer(stranger)
  await expect(async () => {
    await admin.goto(`/o/${company.slug}/invitations?tab=accepted`)
    await expect(rowOf(admin, jane)).toBeVisible({ timeout: 1000 })
  }).toPass()
})
