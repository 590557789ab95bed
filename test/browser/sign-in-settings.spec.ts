import { expect, expectAccessibleEverywhere, test } from './identity-provider'

test('an admin connects an identity provider, is told what is wrong with it, tests it and switches it on', async ({
  admin,
  company,
  idp,
  quiet,
}) => {
  const settings = `/o/${company.slug}/settings/sign-in`
  idp.account({
    email: company.address('olga'),
    name: 'Olga Owner',
    given_name: 'Olga',
    family_name: 'Owner',
    email_verified: false,
  })
  await admin.goto(settings)
  await expect(admin.getByLabel('Issuer')).toBeHidden()
  await admin.getByRole('radio', { name: 'Another' }).check()
  await admin.getByLabel('Issuer').fill(`${idp.issuer}/`)
  await admin.getByLabel('Client ID').fill(idp.clientId)
  await admin.getByLabel('Client secret').fill('mistyped')
  const redirectUri = await admin.getByLabel(/^Redirect URI/).inputValue()
  idp.redirectUris = [redirectUri]
  await expectAccessibleEverywhere(admin)

  quiet.expect(422)
  await admin.getByRole('button', { name: 'Connect' }).click()
  await expect(admin.getByLabel('Issuer')).toHaveAccessibleDescription(/calls itself “http:[^”]*”/)
  await admin.getByLabel('Issuer').fill(idp.issuer)
  await admin.getByLabel('Client secret').fill('mistyped')
  await admin.getByRole('button', { name: 'Connect' }).click()
  await expect(admin.getByRole('status')).toContainText('Test it')
  await expect(admin.getByLabel(/^Redirect URI/)).toHaveValue(redirectUri)
  await expect(admin.getByLabel('Client secret')).toHaveValue('')

  quiet.expect(409)
  await admin.getByRole('link', { name: 'Test', exact: true }).click()
  await expect(admin.getByRole('alert')).toContainText('does not accept client ID and secret')
  await expectAccessibleEverywhere(admin)

  await admin.getByRole('link', { name: 'Back to Sign-in' }).click()
  await admin.getByLabel('Client secret').fill(idp.clientSecret)
  await admin.getByRole('button', { name: 'Save' }).last().click()
  idp.fault = 'wrong_audience'
  await admin.getByRole('link', { name: 'Test', exact: true }).click()
  await expect(admin.getByRole('alert')).toContainText('for another client, “another-client”')

  idp.fault = null
  await admin.getByRole('link', { name: 'Test again' }).click()
  await expect(admin.getByRole('heading', { name: /works$/ })).toBeVisible()
  await expect(admin.getByText('This address is not accepted')).toBeVisible()
  await expectAccessibleEverywhere(admin)
  await admin.getByRole('button', { name: 'Switch on' }).click()
  await expect(admin.getByRole('status')).toContainText('Single sign-on is on')

  await admin.getByRole('radio', { name: /^Everybody/ }).check()
  await admin.getByRole('button', { name: 'Save' }).first().click()
  const required = admin.getByRole('group', { name: 'Who has to use single sign-on' })
  await expect(required).toHaveAccessibleDescription(/yourself first/)
  await expectAccessibleEverywhere(admin)
})
