import { type Company, expect, type Page, rowOf, shown, tab, test } from './support'

const PEOPLE = [
  { name: 'carla', role: 'viewer', department: 'Sales', expires: -1 },
  { name: 'anna', role: 'member', department: 'Legal', expires: 1 },
  { name: 'bert', role: 'admin', department: '', expires: 2 },
]
const HOUR = 3_600_000

/** Three outstanding invitations; the newest is Carla's, whose has expired. */
const fill = (company: Company) =>
  company.addInvitations(
    PEOPLE.map(({ name, expires, ...values }) => ({
      address: company.address(name),
      expires_at: Date.now() + expires * HOUR,
      ...values,
    })),
  )

const openList = async (page: Page, { slug }: Company, query = '') => {
  await page.goto(`/o/${slug}/invitations${query}`)
  await expect(page.getByRole('heading', { name: 'Invitations' })).toBeVisible()
}

const tick = (page: Page, address: string) => page.getByRole('checkbox', { name: `Select ${address}` })
const toasts = (page: Page) => page.locator('#toasts')
const inOrder = (company: Company, ...names: string[]) => names.map(company.address)

test.describe('what is shown', () => {
  test('tabs change rows and URL, and going back goes back', async ({ admin, company }) => {
    await fill(company)
    await company.addInvitations([{ address: company.address('rob'), status: 'revoked' }])
    await openList(admin, company)
    await expect(tab(admin, 'Outstanding')).toHaveAttribute('aria-current', 'page')
    await tab(admin, 'Revoked').click()
    await expect(admin).toHaveURL(/tab=revoked/)
    await expect(shown(admin)).toHaveText([company.address('rob')])
    await expect(tab(admin, 'Revoked')).toBeFocused()
    await tab(admin, 'All').click()
    await expect(admin).toHaveURL(/tab=all/)
    await expect(shown(admin)).toHaveCount(4)
    await admin.goBack()
    await expect(admin).toHaveURL(/tab=revoked/)
    await expect(shown(admin)).toHaveText([company.address('rob')])
    // The page that came back is a whole one: its dialog opens.
    await admin.getByRole('link', { name: 'Invite users' }).first().click()
    await expect(admin.getByRole('dialog', { name: 'Invite users' })).toBeVisible()
    await admin.keyboard.press('Escape')
    await admin.waitForLoadState()
    await admin.goBack()
    await expect(shown(admin)).toHaveText(inOrder(company, 'carla', 'anna', 'bert'))
    await admin.waitForLoadState()
    await admin.goForward()
    await expect(shown(admin)).toHaveText([company.address('rob')])
  })

  test('every column sorts both ways, in the URL, and says so', async ({ admin, company }) => {
    await fill(company)
    await openList(admin, company)
    const orders: [string, ...string[]][] = [
      ['Email', 'anna', 'bert', 'carla'],
      ['Role', 'bert', 'anna', 'carla'],
      ['Department', 'bert', 'anna', 'carla'],
      ['Expires', 'bert', 'anna', 'carla'],
      ['Sent', 'carla', 'anna', 'bert'],
    ]
    for (const [column, ...names] of orders) {
      const head = admin.getByRole('columnheader', { name: column, exact: true })
      await head.getByRole('link').click()
      await expect(head).toHaveAttribute('aria-sort', /ascending|descending/)
      await expect(shown(admin), column).toHaveText(inOrder(company, ...names))
      await head.getByRole('link').click()
      await expect(shown(admin), column).toHaveText(inOrder(company, ...names.toReversed()))
      await expect(admin).toHaveURL(new RegExp(`sort=-?${column.toLowerCase()}`))
      await expect(head).toHaveAttribute('aria-sort', /ascending|descending/)
    }
    for (const column of ['Invited by', 'Status', 'Mail']) {
      const head = admin.getByRole('columnheader', { name: column, exact: true })
      await head.getByRole('link').click()
      await expect(head).toHaveAttribute('aria-sort', 'ascending')
    }
  })

  test('search finds by address and by domain, keeps the tab, and can be cleared', async ({
    admin,
    company,
  }) => {
    await fill(company)
    await openList(admin, company)
    const box = admin.getByRole('searchbox', { name: 'Search invitations' })
    await box.fill('ann')
    await box.press('Enter')
    await expect(admin).toHaveURL(/q=ann/)
    await expect(shown(admin)).toHaveText([company.address('anna')])
    await box.fill('nobody')
    await admin.getByRole('button', { name: 'Search' }).click()
    await expect(admin.getByText('No address or domain here begins with nobody.')).toBeVisible()
    await admin.getByRole('link', { name: 'Clear the search' }).click()
    await expect(shown(admin)).toHaveCount(3)
  })

  test('pages of 50 follow each other, forwards and back', async ({ admin, company }) => {
    const names = Array.from({ length: 60 }, (_, index) => `p${String(index).padStart(2, '0')}`)
    await company.addInvitations(names.map((name) => ({ address: company.address(name) })))
    await openList(admin, company)
    await expect(shown(admin)).toHaveText(inOrder(company, ...names.slice(0, 50)))
    await admin.getByRole('link', { name: 'Next' }).click()
    await expect(admin).toHaveURL(/page=/)
    await expect(shown(admin)).toHaveText(inOrder(company, ...names.slice(50)))
    await admin.getByRole('link', { name: 'Previous' }).click()
    await expect(shown(admin)).toHaveText(inOrder(company, ...names.slice(0, 50)))
    await expect(admin.getByRole('link', { name: 'Previous' })).toHaveCount(0)
  })

  test('a mail on its way turns to Sent by itself, and ticks, focus and scroll stay', async ({
    admin,
    company,
  }) => {
    const names = Array.from({ length: 40 }, (_, index) => `p${index}`)
    await company.addInvitations([
      { address: company.address('jane'), mail_state: 'queued' },
      ...names.map((name) => ({ address: company.address(name) })),
    ])
    await openList(admin, company)
    await expect(rowOf(admin, company.address('jane'))).toContainText('Queued')
    const last = tick(admin, company.address('p39'))
    await last.scrollIntoViewIfNeeded()
    await last.check()
    await expect(last).toBeFocused()
    const scrolled = () => admin.locator('html').evaluate((html) => html.scrollTop)
    const before = await scrolled()
    expect(before).toBeGreaterThan(0)

    await company.settle(company.address('jane'))
    await expect(rowOf(admin, company.address('jane'))).toContainText('Sent')
    await expect(last).toBeChecked()
    await expect(last).toBeFocused()
    expect(await scrolled()).toBe(before)
    // Nothing is on its way any more, so nothing is asked any more.
    await expect(admin.locator('[data-under-way]')).toHaveCount(0)
  })
})

test.describe('what is done', () => {
  test('a row is resent: a new link, its mail turns to Sent, and the button keeps the focus', async ({
    admin,
    company,
  }) => {
    const first = await company.invite(company.address('jane'))
    await openList(admin, company)
    const button = rowOf(admin, first.to).getByRole('button', { name: 'Resend' })
    await button.click()
    await expect(toasts(admin).getByText('1 invitation resent')).toBeVisible()
    await expect(button).toBeFocused()
    await expect(rowOf(admin, first.to).getByText('Sent', { exact: true })).toBeVisible()
    expect((await company.newestMail(first.to)).link).not.toBe(first.link)
  })

  test('Revoke asks in a dialog that names the address, and is final', async ({ admin, company }) => {
    await fill(company)
    await openList(admin, company)
    const anna = company.address('anna')
    const dialog = admin.getByRole('dialog', { name: 'Revoke this invitation?' })
    const revoke = rowOf(admin, anna).getByRole('link', { name: 'Revoke' })
    await revoke.click()
    await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
    await admin.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await expect(revoke).toBeFocused()

    await revoke.click()
    await expect(dialog.getByRole('listitem')).toHaveText([anna])
    await dialog.getByRole('button', { name: 'Revoke' }).click()
    await expect(toasts(admin).getByText('1 invitation revoked')).toBeVisible()
    await expect(dialog).toBeHidden()
    await expect(shown(admin)).toHaveText(inOrder(company, 'carla', 'bert'))
    // Its row has gone, and the focus goes on from the list.
    await expect(admin.getByRole('region', { name: 'Invitations' })).toBeFocused()
    await tab(admin, 'Revoked').click()
    await expect(rowOf(admin, anna).getByRole('button')).toHaveCount(0)
  })

  test('ticked rows are resent together, an expired one pending again', async ({ admin, company }) => {
    await fill(company)
    await openList(admin, company)
    await expect(admin.getByRole('button', { name: 'Resend selected' })).toBeHidden()
    await expect(rowOf(admin, company.address('carla'))).toContainText('Expired')
    for (const name of ['carla', 'anna']) await tick(admin, company.address(name)).check()
    await admin.getByRole('button', { name: 'Resend selected' }).click()
    await expect(toasts(admin).getByText('2 invitations resent')).toBeVisible()
    for (const name of ['carla', 'anna']) {
      await expect(rowOf(admin, company.address(name))).toContainText('Pending')
      expect((await company.newestMail(company.address(name))).subject).toContain('Acme')
    }
    await expect(company.newestMail(company.address('bert'))).rejects.toThrow('There is no mail')
  })

  test('all rows are ticked at once and revoked together', async ({ admin, company }) => {
    await fill(company)
    await openList(admin, company)
    await admin.getByRole('checkbox', { name: 'Select all' }).check()
    for (const { name } of PEOPLE) await expect(tick(admin, company.address(name))).toBeChecked()
    await tick(admin, company.address('bert')).uncheck()
    await admin.getByRole('button', { name: 'Revoke selected' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Revoke 2 invitations?' })
    await expect(dialog.getByRole('listitem')).toHaveCount(2)
    await dialog.getByRole('button', { name: 'Revoke' }).click()
    await expect(toasts(admin).getByText('2 invitations revoked')).toBeVisible()
    await expect(shown(admin)).toHaveText([company.address('bert')])
    await expect(tab(admin, 'Revoked')).toHaveText('Revoked 2')
  })

  test('what somebody else did meanwhile is said, with the way to the member', async ({
    admin,
    company,
    quiet,
  }) => {
    const jane = await company.addAccount('Jane Doe')
    await company.addInvitations([{ address: jane.address }])
    await openList(admin, company)
    await company.join(jane, 'member')
    await company.markAccepted(jane)
    quiet.expect(409)
    await rowOf(admin, jane.address).getByRole('button', { name: 'Resend' }).click()
    const toast = toasts(admin).locator('.toast')
    await expect(toast).toContainText('Already accepted.')
    await toast.getByRole('link', { name: 'See the member' }).click()
    await expect(admin.getByRole('heading', { name: 'Jane Doe' })).toBeVisible()
  })

  test('a request that gets no answer says so until it is dismissed, and so does one that another answers', async ({
    admin,
    company,
    quiet,
  }) => {
    await fill(company)
    await openList(admin, company)
    quiet.expect('ERR_FAILED')
    quiet.expect('Failed to fetch')
    quiet.expect(502)
    const resend = rowOf(admin, company.address('anna')).getByRole('button', { name: 'Resend' })
    for (const answer of ['abort', 'fulfill'] as const) {
      await admin.route('**/resend', (route) =>
        answer === 'abort'
          ? route.abort()
          : route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }),
      )
      await resend.click()
      await expect(toasts(admin)).toContainText('There was no answer')
      await expect(resend).toBeVisible()
      await toasts(admin).getByRole('button', { name: 'Dismiss' }).click()
      await expect(toasts(admin)).toBeEmpty()
      await admin.unroute('**/resend')
    }
    await resend.click()
    await expect(toasts(admin)).toContainText('1 invitation resent')
  })

  test('coming back to the tab shows what happened meanwhile', async ({ admin, company }) => {
    await fill(company)
    await openList(admin, company)
    await company.addInvitations([{ address: company.address('dora') }])
    await admin.locator('html').dispatchEvent('visibilitychange')
    await expect(shown(admin)).toHaveCount(4)
  })
})
