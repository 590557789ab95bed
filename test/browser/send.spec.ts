import { type Company, expect, type Page, rowOf, tab, test } from './support'

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Invite users' })
const toasts = (page: Page) => page.locator('#toasts')

/** The dialog, opened from the button on top of the list. */
const open = async (page: Page, { slug }: Company) => {
  await page.goto(`/o/${slug}/invitations`)
  await page.getByRole('link', { name: 'Invite users' }).first().click()
  await expect(dialogOf(page)).toBeVisible()
  return dialogOf(page)
}

const send = async (page: Page, addresses: string) => {
  await dialogOf(page).getByLabel('Email addresses').fill(addresses)
  await dialogOf(page).getByRole('button', { name: 'Send invitations' }).click()
}

/** The sendings a page makes from now on. */
const sendings = (page: Page, { slug }: Company) => {
  const seen: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith(`/o/${slug}/invitations`))
      seen.push(request.url())
  })
  return seen
}

test('the dialog has the focus in its box, and gives it back to the button however it is closed', async ({
  admin,
  company,
}) => {
  const dialog = await open(admin, company)
  const button = admin.locator('header.page').getByRole('link', { name: 'Invite users' })
  await expect(dialog.getByLabel('Email addresses')).toBeFocused()
  await expect(dialog).toContainText('Mails leave at once and cannot be unsent, only revoked.')
  await expect(dialog.getByLabel('Role').locator('option')).toHaveText(['Admin', 'Member', 'Viewer'])
  await expect(dialog.getByLabel('Role')).toHaveValue('member')

  await admin.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(button).toBeFocused()

  await button.click()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toBeHidden()
  await expect(button).toBeFocused()
})

test('three addresses: the dialog closes, a toast says so, the list has them, and their mails turn to Sent', async ({
  admin,
  company,
}) => {
  await open(admin, company)
  await admin.evaluate(() => Object.assign(globalThis, { sameDocument: true }))
  const addresses = ['jane', 'joe', 'jim'].map(company.address)
  await send(admin, addresses.join('; '))
  await expect(dialogOf(admin)).toBeHidden()
  await expect(admin.getByRole('status').getByText('3 invitations sent')).toBeVisible()
  await expect(tab(admin, 'Outstanding')).toHaveText('Outstanding 3')
  for (const address of addresses) {
    await expect(rowOf(admin, address)).toContainText('Pending')
    await expect(rowOf(admin, address).getByText('Sent', { exact: true })).toBeVisible()
  }
  expect(await admin.evaluate(() => 'sameDocument' in globalThis)).toBe(true)
})

test('what did not go stays in the box, each with its reason, and the rest is sent', async ({
  admin,
  company,
}) => {
  await company.invite(company.address('pending'))
  await company.join(await company.addAccount('Ina Active'), 'member', 'inactive')
  const dialog = await open(admin, company)
  await dialog.getByLabel('Department').fill('Sales')
  const [fresh, pending, inactive] = ['jane', 'pending', 'ina.active'].map(company.address)
  await send(admin, `${fresh}, ${pending}, ${company.owner.address}, ${inactive}, joe@, ${fresh}`)

  await expect(dialog.getByRole('status').getByText('1 invitation sent')).toBeVisible()
  const failures = dialog.getByRole('list', { name: 'Not invited' }).getByRole('listitem')
  await expect(failures).toHaveCount(5)
  const reasons = [
    [pending, 'Already invited'],
    [company.owner.address, 'Already a member'],
    [inactive, 'Already a member, inactive'],
    ['joe@', ''],
    [fresh, 'Listed twice'],
  ]
  for (const [index, [address = '', reason = '']] of reasons.entries()) {
    await expect(failures.nth(index)).toContainText(address)
    await expect(failures.nth(index)).toContainText(reason)
  }
  await expect(dialog.getByLabel('Email addresses')).toHaveValue(
    [pending, company.owner.address, inactive, 'joe@', fresh].join('\n'),
  )
  await expect(dialog.getByLabel('Email addresses')).toBeFocused()
  await expect(dialog.getByLabel('Department')).toHaveValue('Sales')
  await expect(tab(admin, 'Outstanding')).toHaveText('Outstanding 2')
  await failures.nth(1).getByRole('link', { name: 'See the member' }).click()
  await expect(admin.getByRole('heading', { name: 'Olga Owner' })).toBeVisible()
})

test('Resend beside an address already invited works in place and takes it out of the box', async ({
  admin,
  company,
  quiet,
}) => {
  const pending = company.address('pending')
  const first = await company.invite(pending)
  const dialog = await open(admin, company)
  quiet.expect(422)
  await send(admin, `${pending.toUpperCase()}, joe@`)
  await dialog.getByRole('button', { name: /^Resend to/ }).click()
  await expect(dialog.getByRole('status').getByText('Resent')).toBeFocused()
  await expect(dialog.getByLabel('Email addresses')).toHaveValue('joe@')
  await expect(dialog.getByRole('listitem').filter({ hasText: 'joe@' })).toBeVisible()
  expect((await company.newestMail(pending)).link).not.toBe(first.link)
})

test('a double press sends once', async ({ admin, company }) => {
  const dialog = await open(admin, company)
  const requests = sendings(admin, company)
  await dialog.getByLabel('Email addresses').fill(company.address('jane'))
  await dialog.getByRole('button', { name: 'Send invitations' }).dblclick()
  await expect(toasts(admin).getByText('1 invitation sent')).toHaveCount(1)
  await expect(dialog).toBeHidden()
  await expect(tab(admin, 'Outstanding')).toHaveText('Outstanding 1')
  expect(requests).toHaveLength(1)
})

test('nothing to send, too many, too long a note: said in the dialog, with everything as typed', async ({
  admin,
  company,
  quiet,
}) => {
  const dialog = await open(admin, company)
  const box = dialog.getByLabel('Email addresses')
  quiet.expect(422)
  await send(admin, ' ; , ')
  await expect(dialog.getByText('Enter at least one email address.')).toBeVisible()
  await expect(box).toBeFocused()

  const many = Array.from({ length: 101 }, (_, index) => company.address(`p${index}`)).join('\n')
  await send(admin, many)
  await expect(dialog.getByText('Up to 100 addresses can be invited at once; these are 101.')).toBeVisible()
  await expect(box).toHaveValue(many)

  await dialog.getByLabel('Personal note').evaluate((note) => note.removeAttribute('maxlength'))
  await dialog.getByLabel('Personal note').fill('x'.repeat(501))
  await send(admin, company.address('jane'))
  await expect(dialog.getByText('A note can have up to 500 characters; this has 501.')).toBeVisible()
  await expect(dialog.getByLabel('Personal note')).toBeFocused()
  await expect(tab(admin, 'Outstanding')).toHaveText('Outstanding 0')
})

test('who may not invite any more is told so over the dialog, which keeps what was typed', async ({
  admin,
  company,
  context,
  quiet,
}) => {
  const demoted = await company.join(await company.addAccount('Ada Admin'), 'admin')
  await company.signIn(context, demoted)
  const dialog = await open(admin, company)
  await company.demote(demoted)
  quiet.expect(403)
  await send(admin, company.address('jane'))
  const toast = admin.getByRole('status').getByText('Not allowed.')
  await expect(toast).toBeVisible()
  await expect(dialog.getByLabel('Email addresses')).toHaveValue(company.address('jane'))
  // Nothing may cover it: a press on it lands.
  await toast.locator('..').getByRole('button', { name: 'Dismiss' }).click()
  await expect(toast).toBeHidden()
})

test('a lost connection is said in place; pressing again sends once', async ({ admin, company, quiet }) => {
  const dialog = await open(admin, company)
  const url = `**/o/${company.slug}/invitations`
  // The server gets it and the answer is lost.
  await admin.route(
    url,
    async (route) => {
      await route.fetch()
      await route.abort('connectionreset')
    },
    { times: 1 },
  )
  quiet.expect('ERR_CONNECTION_RESET')
  quiet.expect('Failed to fetch')
  await send(admin, company.address('jane'))
  await expect(admin.getByRole('status').getByText('There was no answer.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Send invitations' }).click()
  await expect(toasts(admin).getByText('1 invitation sent')).toBeVisible()
  await expect(tab(admin, 'Outstanding')).toHaveText('Outstanding 1')
  await expect(rowOf(admin, company.address('jane'))).toHaveCount(1)
})
