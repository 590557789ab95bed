import { acceptAsNewcomer, type Company, expect, type Page, test } from './support'

const expectClosed = async (page: Page, heading: string, ...words: string[]) => {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading)
  for (const part of words) await expect(page.getByRole('main')).toContainText(part)
  await expect(page.getByRole('button')).toHaveCount(0)
  await expect(page.getByRole('textbox')).toHaveCount(0)
}

const ASK = ['Acme', 'Olga Owner']

test('an expired link names inviter and organization and says to ask them for a new one', async ({
  page,
  company,
}) => {
  const mail = await company.invite(company.address('jane'))
  await company.expire(mail.to)
  await page.goto(mail.link)
  await expectClosed(page, 'Invitation expired', ...ASK, 'for a new one')
})

test('a revoked link says so, even to a page that was open before', async ({ page, company, quiet }) => {
  const mail = await company.invite(company.address('jane'))
  await page.goto(mail.link)
  await expect(page.getByRole('button', { name: 'Accept & create account' })).toBeVisible()
  await company.press('revoke', mail.to)
  quiet.expect(409)
  await acceptAsNewcomer(page)
  await expectClosed(page, 'Invitation revoked', ...ASK)
  await page.goto(mail.link)
  await expectClosed(page, 'Invitation revoked', ...ASK)
})

test('a link that was resent leads to the most recent mail, which works', async ({ page, company }) => {
  const first = await company.invite(company.address('jane'))
  await company.press('resend', first.to)
  const second = await company.newestMail(first.to)
  expect(second.link).not.toBe(first.link)
  await page.goto(first.link)
  await expectClosed(page, 'Invitation replaced', 'most recent mail')
  await page.goto(second.link)
  await expect(page.getByRole('button', { name: 'Accept & create account' })).toBeVisible()
})

test('a used link offers to sign in; to the member it made it is the landing page with the same words', async ({
  page,
  stranger,
  company,
}) => {
  const mail = await company.invite(company.address('jane'))
  await page.goto(mail.link)
  await acceptAsNewcomer(page)
  await expect(page.getByRole('heading', { level: 1, name: 'Acme' })).toBeVisible()
  await page.goto(mail.link)
  await expect(page).toHaveURL(new RegExp(`/o/${company.slug}\\?`))
  await expect(page.getByRole('status')).toContainText('Invitation already used')

  await stranger.goto(mail.link)
  await expectClosed(stranger, 'Invitation already used')
  await stranger.getByRole('link', { name: 'Sign in' }).click()
  await expect(stranger.getByRole('heading', { name: 'Sign in to Acme' })).toBeVisible()
})

test('a link cut short or forged is invalid and names nobody', async ({ page, company, quiet }) => {
  const { link } = await company.invite(company.address('jane'))
  quiet.expect(404)
  for (const wrong of [
    link.slice(0, -3),
    link.replace(/token=.*/, ''),
    link.replace(/token=.*/, 'token=x'),
  ]) {
    await page.goto(wrong)
    await expectClosed(page, 'Invalid link', 'most recent mail')
    await expect(page.getByRole('main')).not.toContainText('Acme')
  }
})

test('what a closed link says follows the organization’s setting', async ({ page, company }) => {
  const revoked = await company.invite(company.address('jane'))
  await company.press('revoke', revoked.to)
  const replaced = await company.invite(company.address('joe'))
  await company.press('resend', replaced.to)
  await company.set({ closed_link: 'revoked_as_expired' })
  await page.goto(revoked.link)
  await expectClosed(page, 'Invitation expired', ...ASK)
  await company.set({ closed_link: 'invalid' })
  for (const { link } of [revoked, replaced]) {
    await page.goto(link)
    await expectClosed(page, 'Invalid token', 'most recent mail')
    await expect(page.getByRole('main')).not.toContainText('Acme')
  }
})

const blocked = (
  name: string,
  heading: string,
  block: (company: Company, address: string) => Promise<void>,
) =>
  test(name, async ({ page, company }) => {
    const mail = await company.invite(company.address('jane.doe'))
    await block(company, mail.to)
    await page.goto(mail.link)
    await expectClosed(page, heading, ...ASK)
  })

blocked('where no seat is left the page says so, and whom to ask', 'No seat left', (company) =>
  company.set({ seat_limit: 1 }),
)

blocked(
  'an inactive member is told to ask to be reactivated',
  'Your membership is inactive',
  async (company) => {
    await company.join(await company.addAccount('Jane Doe'), 'member', 'inactive')
  },
)

test('who is a member already is sent on to sign in', async ({ page, company }) => {
  const mail = await company.invite(company.address('jane.doe'))
  await company.join(await company.addAccount('Jane Doe'), 'member')
  await page.goto(mail.link)
  await expectClosed(page, 'You are a member already', 'Acme')
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible()
})
