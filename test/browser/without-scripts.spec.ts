import { acceptAsNewcomer, expect, rowOf, shown, tab, test } from './support'

test.use({ javaScriptEnabled: false })

test('an admin invites, an invitee accepts, and the row stands under Accepted, all without a script', async ({
  admin,
  company,
  stranger,
}) => {
  await admin.goto(`/o/${company.slug}/invitations`)
  await admin.getByRole('link', { name: 'Invite users' }).first().click()
  await expect(admin).toHaveURL(/\/invitations\/new$/)
  await expect(admin.getByRole('heading', { level: 1, name: 'Invite users' })).toBeVisible()
  const addresses = ['jane', 'joe', 'jim'].map(company.address)
  await admin.getByLabel('Email addresses').fill(addresses.join('\n'))
  await admin.getByRole('button', { name: 'Send invitations' }).click()
  await expect(admin.getByRole('status')).toContainText('3 invitations sent')
  await expect(tab(admin, 'Outstanding')).toHaveText('Outstanding 3')

  const [jane = ''] = addresses
  await stranger.goto('/mailbox')
  await stranger.getByRole('link', { name: `Open the link of ${jane}` }).click()
  await acceptAsNewcomer(stranger)
  await expect(stranger).toHaveURL(new RegExp(`/o/${company.slug}\\?`))
  await expect(stranger.getByRole('status')).toContainText('Welcome!')
  await expect(stranger.getByRole('main')).toContainText(jane)

  await tab(admin, 'Outstanding').click()
  await expect(rowOf(admin, jane)).toHaveCount(0)
  await tab(admin, 'Accepted').click()
  await expect(rowOf(admin, jane)).toContainText('Accepted')
})

test('what did not go stays in the box with its reasons; one of it is resent from there', async ({
  admin,
  company,
  quiet,
}) => {
  const pending = company.address('pending')
  const first = await company.invite(pending)
  await admin.goto(`/o/${company.slug}/invitations/new`)
  await admin.getByLabel('Email addresses').fill(`${company.address('jane')} ${pending} joe@`)
  await admin.getByRole('button', { name: 'Send invitations' }).click()
  await expect(admin.getByRole('status').getByText('1 invitation sent')).toBeVisible()
  await expect(admin.getByRole('list', { name: 'Not invited' }).getByRole('listitem')).toHaveCount(2)
  await expect(admin.getByText('Already invited')).toBeVisible()
  await expect(admin.getByLabel('Email addresses')).toHaveValue(`${pending}\njoe@`)

  await admin.getByRole('button', { name: `Resend to ${pending}` }).click()
  await expect(admin.getByText('1 invitation resent')).toBeVisible()
  await expect(admin.getByLabel('Email addresses')).toHaveValue('joe@')
  expect((await company.newestMail(pending)).link).not.toBe(first.link)

  quiet.expect(422)
  await admin.getByRole('button', { name: 'Send invitations' }).click()
  await expect(admin.getByRole('list', { name: 'Not invited' })).toContainText('joe@')
})

test('ticked rows are resent, and revoked after a page that asks', async ({ admin, company }) => {
  const [anna, bert, carla] = ['anna', 'bert', 'carla'].map(company.address)
  await company.addInvitations([anna, bert, carla].map((address = '') => ({ address })))
  const list = `/o/${company.slug}/invitations`
  await admin.goto(list)
  // It would need a script.
  await expect(admin.getByRole('checkbox', { name: 'Select all' })).toBeHidden()
  for (const address of [anna, bert]) await admin.getByRole('checkbox', { name: `Select ${address}` }).check()
  await admin.getByRole('button', { name: 'Resend selected' }).click()
  await expect(admin.getByRole('status')).toContainText('2 invitations resent')

  for (const address of [anna, bert]) await admin.getByRole('checkbox', { name: `Select ${address}` }).check()
  await admin.getByRole('button', { name: 'Revoke selected' }).click()
  await expect(admin.getByRole('heading', { level: 1, name: 'Revoke 2 invitations?' })).toBeVisible()
  await admin.getByRole('link', { name: 'Cancel' }).click()
  await expect(shown(admin)).toHaveCount(3)

  for (const address of [anna, bert]) await admin.getByRole('checkbox', { name: `Select ${address}` }).check()
  await admin.getByRole('button', { name: 'Revoke selected' }).click()
  await admin.getByRole('button', { name: 'Revoke' }).click()
  await expect(admin.getByRole('status')).toContainText('2 invitations revoked')
  await expect(shown(admin)).toHaveText([carla ?? ''])

  await rowOf(admin, carla ?? '')
    .getByRole('link', { name: 'Revoke' })
    .click()
  await expect(admin.getByRole('heading', { level: 1, name: 'Revoke this invitation?' })).toBeVisible()
  await admin.getByRole('button', { name: 'Revoke' }).click()
  await expect(tab(admin, 'Revoked')).toHaveText('Revoked 3')
})

test('of ticked rows that changed meanwhile a page lists which, and why', async ({ admin, company }) => {
  const jane = await company.addAccount('Jane Doe')
  const joe = company.address('joe')
  await company.addInvitations([{ address: jane.address }, { address: joe }])
  await admin.goto(`/o/${company.slug}/invitations`)
  for (const address of [jane.address, joe])
    await admin.getByRole('checkbox', { name: `Select ${address}` }).check()
  await company.join(jane, 'member')
  await company.markAccepted(jane)
  await admin.getByRole('button', { name: 'Resend selected' }).click()
  await expect(admin.getByRole('heading', { level: 1, name: '1 invitation resent' })).toBeVisible()
  await expect(admin.getByRole('listitem').filter({ hasText: jane.address })).toContainText(
    'Already accepted: change the member instead',
  )
  await admin.getByRole('link', { name: 'Back to invitations' }).click()
  await expect(shown(admin)).toHaveText([joe])
})

test('sorting, searching and signing out are plain links and forms', async ({ admin, company }) => {
  const [anna, bert] = ['anna', 'bert'].map(company.address)
  await company.addInvitations([bert, anna].map((address = '') => ({ address })))
  await admin.goto(`/o/${company.slug}/invitations`)
  await admin.getByRole('link', { name: 'Email' }).click()
  await expect(shown(admin)).toHaveText([anna ?? '', bert ?? ''])
  await admin.getByRole('searchbox').fill('be')
  await admin.getByRole('button', { name: 'Search' }).click()
  await expect(shown(admin)).toHaveText([bert ?? ''])
  await admin.getByRole('button', { name: 'Sign out' }).click()
  await expect(admin.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})
