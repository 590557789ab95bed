import { paths } from '../../src/paths'
import { type Company, expect, expectAccessibleEverywhere, test } from './support'

type State = { state: string; bounce?: string; reason?: string }

/** An invitation whose mail came to this end, as a provider's answer or report leaves it. */
const addMail = async (company: Company, address: string, { reason, ...mail }: State) => {
  const now = Date.now()
  const shared = { created_at: now, address }
  const id = await company.add('invitation', {
    ...shared,
    typed_address: address,
    role: 'member',
    status: 'pending',
    key_id: 'key',
    token_hash: address,
    first_sent_at: now,
    sent_at: now,
    expires_at: now + 3_600_000,
    inviter_kind: 'user',
    inviter_id: company.owner.id,
    inviter_name: company.owner.name,
    mail_state: mail.state,
    change_id: address,
  })
  await company.add('delivery', {
    ...shared,
    ...mail,
    ...(reason && { reason }),
    kind: 'invitation',
    subject_id: id,
    generation: 1,
    content: JSON.stringify({
      organization: company.slug,
      inviter: company.owner.name,
      role: 'member',
      note: '',
      expiresAt: now + 3_600_000,
      timeZone: 'UTC',
      language: 'en',
      to: address,
      from: 'invitations@localhost',
      appUrl: 'http://localhost',
    }),
    due_at: now,
  })
}

test('an admin sees what is wrong, resends what failed, lets sending go on, and tests the mail', async ({
  admin,
  company,
}) => {
  const long = `${'a.very.long.name.'.repeat(3)}of.somebody`
  await addMail(company, company.address('jane'), { state: 'failed', reason: 'Refused: no such domain' })
  await addMail(company, company.address(long), { state: 'bounced', bounce: 'hard', reason: 'x'.repeat(200) })
  await company.set({ sending_paused_at: Date.now(), sending_paused_for: 'bounces' })

  await admin.goto(paths.home(company.slug))
  await admin.getByRole('link', { name: 'Settings' }).click()
  await admin.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Email' }).click()
  const health = admin.getByRole('region', { name: 'Mail health' })
  // What the networks say comes by itself.
  await expect(health.getByRole('heading', { name: 'Connection' })).toBeVisible()
  await expect(health.getByRole('status')).toContainText('to mend')
  await expect(health.getByRole('row', { name: /^jane/ })).toContainText('Refused: no such domain')
  await expect(health.getByRole('button', { name: /^Resend/ })).toHaveCount(0)
  await expectAccessibleEverywhere(admin)

  await health.getByRole('link', { name: 'Resume sending' }).click()
  const dialog = admin.getByRole('dialog')
  await expect(dialog).toContainText('Too many mails came back')
  await expectAccessibleEverywhere(admin)
  await dialog.getByRole('button', { name: 'Resume sending' }).click()
  await expect(admin.locator('#toasts')).toContainText('Sending goes on')
  await expect(health.getByRole('link', { name: 'Resume sending' })).toHaveCount(0)
  await expect(admin.getByText(/is paused/)).toHaveCount(0)
  await expect(health.getByRole('heading', { name: 'Connection' })).toBeVisible()

  await health.getByRole('button', { name: 'Resend it' }).click()
  await expect(admin.locator('#toasts')).toContainText('1 invitation resent')
  await expect(health.getByRole('row', { name: /^jane/ })).toContainText('Sent again since')
  await expect(health.getByText('1 invitation is left out')).toBeVisible()

  const mail = admin.getByRole('region', { name: 'Send a test mail' })
  await mail.getByRole('button').click()
  await expect(mail.getByRole('alert')).toContainText('No mail was sent')
  await mail.getByRole('button').click()
  await expect(mail.getByRole('alert')).toContainText('No mail was sent')
})

test('reminders of one’s own choosing are kept, and a mistake stands beside them', async ({
  admin,
  company,
  quiet,
}) => {
  await admin.goto(paths.emailSettings(company.slug))
  await admin.getByLabel('Language of invitations').selectOption('日本語')
  await admin.getByLabel('Percent of the lifetime').fill('5')
  await expect(admin.getByLabel('After', { exact: true })).toBeChecked()
  quiet.expect(422)
  await admin.getByRole('button', { name: 'Save' }).click()
  const percent = admin.getByLabel('Percent of the lifetime')
  await expect(percent).toHaveAccessibleDescription(/Between 10 and 90 percent/)
  await expect(percent).toBeFocused()
  await percent.fill('40')
  await admin.getByRole('button', { name: 'Save' }).click()
  await expect(admin.getByRole('status').filter({ hasText: 'Settings saved' })).toBeVisible()
  await expect(percent).toHaveValue('40')
  await expect(admin.getByLabel('Language of invitations')).toHaveValue('ja')
  await expectAccessibleEverywhere(admin)
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('a link asks the networks, and a press shows the answer on the page', async ({ admin, company }) => {
    await admin.goto(paths.emailSettings(company.slug))
    await expect(admin.getByRole('heading', { name: 'Connection', exact: true })).toHaveCount(0)
    await admin.getByRole('link', { name: 'Check them now' }).click()
    await expect(admin.getByRole('heading', { name: 'Connection', exact: true })).toBeVisible()
    await admin.getByRole('button', { name: 'Send a test mail' }).click()
    await expect(admin.getByRole('alert')).toContainText('No mail was sent')
  })
})
