import {
  type Company,
  expect,
  expectAccessibleEverywhere,
  expectNoSidewaysScroll,
  type Page,
  PHONE,
  test,
} from './support'

const LONG = {
  name: 'Maximiliane Oberhofer-Untertaunenbacher von Hohenzollern-Sigmaringen',
  organization:
    'Königlich-Bayerische Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
  department: 'Rechtsschutzversicherungsgesellschaftenangelegenheitenabteilung West',
  reason: `550 5.4.1 Recipient address rejected: Access denied [${'DB8EUR05FT051.eop-eur05.prod.protection'.repeat(2)}]`,
}
const longAddress = (company: Company) =>
  company
    .address(`wolfgang.von-und-zu-hohenlohe-langenburg+invitations`)
    .replace('@', '@a-rather.long-sub-domain.')

/** One row for every state that a list can show, all of them long. */
const fillWithEverything = async (company: Company) => {
  await company.set({ name: LONG.organization })
  const states = ['queued', 'sending', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'cancelled']
  await company.addInvitations(
    states.map((mail_state, index) => ({
      address: `${index}.${longAddress(company)}`,
      department: index % 2 ? '' : LONG.department,
      inviter_name: LONG.name,
      mail_state,
      ...(index > 3 && { mail_reason: LONG.reason }),
      ...(index % 3 === 0 && { expires_at: Date.now() - 1 }),
    })),
  )
}

const goTo = (page: Page, { slug }: Company, rest: string) => page.goto(`/o/${slug}${rest}`)

test('the list with every state and long names', async ({ admin, company }) => {
  await fillWithEverything(company)
  await goTo(admin, company, '/invitations')
  await expectAccessibleEverywhere(admin)
  await admin.getByRole('checkbox', { name: /^Select 0/ }).check()
  await expectAccessibleEverywhere(admin)
})

test('the dialogs to invite and to revoke, failures and all', async ({ admin, company, quiet }) => {
  await fillWithEverything(company)
  await goTo(admin, company, '/invitations')
  await admin.getByRole('link', { name: 'Invite users' }).first().click()
  const dialog = admin.getByRole('dialog')
  await expect(dialog).toBeVisible()
  await expectAccessibleEverywhere(admin)
  quiet.expect(422)
  await dialog
    .getByLabel('Email addresses')
    .fill(`1.${longAddress(company)} ${company.owner.address} ${'x'.repeat(80)}@`)
  await dialog.getByRole('button', { name: 'Send invitations' }).click()
  await expect(dialog.getByRole('list', { name: 'Not invited' })).toBeVisible()
  await expectAccessibleEverywhere(admin)
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await admin.getByRole('checkbox', { name: 'Select all' }).check()
  await admin.getByRole('button', { name: 'Revoke selected' }).click()
  await expect(dialog.getByRole('button', { name: 'Revoke' })).toBeVisible()
  await expectAccessibleEverywhere(admin)
})

test('the empty list, a search without a find, and the forms on pages of their own', async ({
  admin,
  company,
}) => {
  await goTo(admin, company, '/invitations?notice=sent&n=3')
  await expectAccessibleEverywhere(admin)
  await goTo(admin, company, `/invitations?q=${'nobody'.repeat(20)}`)
  await expectAccessibleEverywhere(admin)
  await goTo(admin, company, '/invitations/new')
  await expectAccessibleEverywhere(admin)
})

test('the organization, a member, and API keys: none, just made, made before', async ({ admin, company }) => {
  await company.set({ name: LONG.organization })
  const member = await company.join(await company.addAccount(LONG.name, longAddress(company)), 'viewer')
  await goTo(admin, company, '?notice=welcome')
  await expectAccessibleEverywhere(admin)
  await goTo(admin, company, `/members/${member.id}`)
  await expectAccessibleEverywhere(admin)
  await goTo(admin, company, '/settings/api-keys')
  await expectAccessibleEverywhere(admin)
  await admin.getByLabel('Name').fill(LONG.organization.slice(0, 100))
  await admin.getByRole('button', { name: 'Make key' }).click()
  await expect(admin.getByRole('textbox', { name: 'API key' })).toHaveValue(/^usher_/)
  await expectAccessibleEverywhere(admin)
})

test('every form that a link shows', async ({ page, company, quiet }) => {
  await company.set({ name: LONG.organization })
  const known = await company.addAccount(LONG.name, longAddress(company))
  const fresh = await company.invite(longAddress(company).replace('wolfgang', 'amadeus'))
  const theirs = await company.invite(known.address)
  quiet.expect(422)
  await page.goto(fresh.link)
  await page.getByText('Don’t want to join?').click()
  await expectAccessibleEverywhere(page)
  await page.getByLabel('First name').fill('Jane')
  await page.getByLabel('Last name').fill('Doe')
  await page.getByLabel('Choose a password').fill('password')
  await page.getByLabel('Repeat the password').fill('password')
  await page.getByRole('button', { name: 'Accept & create account' }).click()
  await expect(page.getByText('Too many people use this password')).toBeVisible()
  await expectAccessibleEverywhere(page)

  await page.goto(theirs.link)
  await expect(page.getByRole('button', { name: 'Accept & sign in' })).toBeVisible()
  await expectAccessibleEverywhere(page)
  await company.signIn(page.context(), known)
  await page.goto(theirs.link)
  await expect(page.getByRole('button', { name: /^Accept & join/ })).toBeVisible()
  await expectAccessibleEverywhere(page)
  await page.goto(fresh.link)
  await expect(page.getByRole('button', { name: 'Switch account' })).toBeVisible()
  await expectAccessibleEverywhere(page)
})

test('every closed link', async ({ page, company, quiet }) => {
  await company.set({ name: LONG.organization })
  const mail = await company.invite(longAddress(company))
  await company.press('resend', mail.to)
  const current = await company.newestMail(mail.to)
  const visit = async (link: string, heading: string) => {
    await page.goto(link)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading)
    await expectAccessibleEverywhere(page)
  }
  await visit(mail.link, 'Invitation replaced')
  await company.set({ seat_limit: 1 })
  await visit(current.link, 'No seat left')
  await company.expire(mail.to)
  await visit(current.link, 'Invitation expired')
  await company.press('revoke', mail.to)
  await visit(current.link, 'Invitation revoked')
  quiet.expect(404)
  await visit('/accept-invitation?token=x', 'Invalid link')
})

test('signing in, refusals, the mailbox and a mail', async ({ page, company, quiet }) => {
  const viewer = await company.join(await company.addAccount('Vera Viewer'), 'viewer')
  await company.set({ name: LONG.organization })
  const mail = await company.invite(longAddress(company), { note: `${LONG.department}\n\nOlga` })
  quiet.expect(404)
  quiet.expect(403)
  await goTo(page, company, '/sign-in')
  await expectAccessibleEverywhere(page)
  await page.goto('/nowhere')
  await expectAccessibleEverywhere(page)
  await company.signIn(page.context(), viewer)
  await goTo(page, company, '/invitations')
  await expect(page.getByRole('heading', { name: 'Not allowed' })).toBeVisible()
  await expectAccessibleEverywhere(page)

  await page.goto(`/mailbox/${mail.id}/html`)
  await expectAccessibleEverywhere(page)
  await page.setViewportSize(PHONE)
  await page.goto('/mailbox')
  await expect(page.getByText(mail.to).first()).toBeVisible()
  await expectNoSidewaysScroll(page)
})
