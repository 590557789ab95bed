import { DAY } from '../../src/rules/dates'
import {
  acceptAsNewcomer,
  type Company,
  expect,
  expectAccessibleEverywhere,
  type Page,
  test,
} from './support'

const fill = async (company: Company) => {
  const now = Date.now()
  const [bounced, waiting, fresh] = ['bounced', 'waiting', 'fresh'].map(company.address) as [
    string,
    string,
    string,
  ]
  await company.addInvitations([
    { address: bounced, mail_state: 'bounced', mail_reason: '550 No such user' },
    { address: waiting, sent_at: now - 4 * DAY, expires_at: now + 3 * DAY, opened_at: now - DAY },
    { address: fresh, department: 'Sales' },
  ])
  return { bounced, waiting }
}

const needing = (page: Page) => page.getByRole('region', { name: /^Needs attention/ }).getByRole('listitem')
const step = (page: Page, name: string) =>
  page
    .getByRole('table', { name: 'From sending to accepting' })
    .getByRole('row', { name: new RegExp(`^${name} `) })

test('an admin sees what needs them and does it right there, and how invitations fare', async ({
  admin,
  company,
  stranger,
}) => {
  const { bounced, waiting } = await fill(company)
  await stranger.goto((await company.invite(company.address('jane'), { department: 'Sales' })).link)
  await acceptAsNewcomer(stranger)
  await expect(stranger.getByRole('heading', { level: 1, name: company.name })).toBeVisible()

  await admin.goto(`/o/${company.slug}`)
  await expect(admin.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  await expect(needing(admin)).toHaveText([/bounced.*550 No such user/, /waiting.*Opened, but not accepted/])
  await expect(step(admin, 'Sent')).toContainText('4')
  await expect(step(admin, 'Accepted')).toContainText('25%')
  await expect(admin.getByRole('img', { name: 'Acceptances a day' })).toBeVisible()
  await expectAccessibleEverywhere(admin)

  await admin.getByLabel('Department').selectOption('Sales')
  await admin.getByRole('button', { name: 'Apply' }).click()
  await expect(step(admin, 'Accepted')).toContainText('50%')
  await expect(admin).toHaveURL(/\?department=Sales/)
  await expect(admin.getByLabel('Department')).toHaveValue('Sales')

  await admin.getByRole('button', { name: `Resend to ${bounced}` }).click()
  await expect(admin.getByRole('status')).toContainText('1 invitation resent')
  await expect(needing(admin)).toHaveText([/waiting/])
  await expect(admin.getByRole('region', { name: 'Overview' })).toBeFocused()
  await admin.getByRole('link', { name: `Revoke the invitation of ${waiting}` }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(admin.getByText('Nothing at the moment')).toBeVisible()
  await expect(step(admin, 'Accepted')).toContainText('50%')

  await admin.getByRole('link', { name: 'Clear' }).click()
  await expect(step(admin, 'Accepted')).toContainText('25%')
  await admin.goBack()
  await expect(step(admin, 'Accepted')).toContainText('50%')
})

test('a member sees their own place and what they can do', async ({ page, company }) => {
  const max = await company.join(await company.addAccount('Max Member'), 'member')
  await company.signIn(page.context(), max)
  await page.goto(`/o/${company.slug}`)
  await expect(page.getByRole('heading', { level: 1, name: company.name })).toBeVisible()
  await expect(page.getByRole('main')).toContainText(max.address)
  await expectAccessibleEverywhere(page)
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('the numbers are narrowed by a plain form', async ({ admin, company }) => {
    await fill(company)
    await admin.goto(`/o/${company.slug}`)
    await expect(step(admin, 'Sent')).toContainText('3')
    await admin.getByLabel('Department').selectOption('Sales')
    await admin.getByRole('button', { name: 'Apply' }).click()
    await expect(step(admin, 'Sent')).toContainText('1')
    await admin.getByRole('link', { name: 'Clear' }).click()
    await expect(step(admin, 'Sent')).toContainText('3')
  })
})
