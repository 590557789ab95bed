import type { BrowserContext, Page } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'
import { acceptAsNewcomer, expect, expectAccessibleEverywhere, PASSWORD, test } from './support'

test.describe.configure({ mode: 'parallel' })

/** Chromium's own authenticator in a browser: it verifies whoever presses, and keeps passkeys. */
const addAuthenticator = async (context: BrowserContext, page: Page) => {
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    /** Whether somebody is there to press it. */
    attend: (enabled: boolean) =>
      devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    passkeys: async () =>
      (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
  }
}

const codeOf = (secret: string, at: number) =>
  new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({ timestamp: at })

test('add a passkey at the end of accepting, sign out, and sign in with it', async ({
  context,
  page,
  company,
}) => {
  const authenticator = await addAuthenticator(context, page)
  const jane = company.address('jane')
  await page.goto((await company.invite(jane)).link)
  await acceptAsNewcomer(page, 'Jane Doe', () =>
    page.getByRole('button', { name: 'Accept & create account' }).click(),
  )
  await expect(page.getByRole('heading', { name: 'Next time without a password' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Not now' })).toBeVisible()
  await expectAccessibleEverywhere(page)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(page).toHaveURL(new RegExp(`/o/${company.slug}`))
  expect(await authenticator.passkeys()).toBe(1)
  expect((await company.newestMail(jane)).subject).toBe('A passkey was added to your account')

  // Nobody is there while the browser only offers it where the address is filled in.
  await authenticator.attend(false)
  await context.clearCookies()
  await page.goto('/sign-in')
  await expectAccessibleEverywhere(page)
  await authenticator.attend(true)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page).toHaveURL(new RegExp(`/o/${company.slug}`))
  await page.goto('/account/security')
  await expect(page.getByRole('region', { name: 'Passkeys' })).toContainText('last used')
})

test('an organization asks for a second factor: set an app up, and show its code from then on', async ({
  page,
  company,
}) => {
  const max = await company.join(await company.addAccount('Max Member'), 'admin')
  await company.set({ required_factor: 'second_factor' })
  // With a password, as somebody who forgot theirs sets one.
  await page.goto(`/o/${company.slug}/forgot-password`)
  await page.getByLabel('Email address').fill(max.address)
  await page.getByRole('button', { name: 'Mail me a link' }).click()
  await page.goto((await company.newestMail(max.address)).link)
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByLabel('Repeat the password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set password' }).click()

  await expect(page.getByRole('status')).toContainText('asks its members for a second factor')
  await expectAccessibleEverywhere(page)
  await page.getByRole('link', { name: 'Set up' }).click()
  await expect(page.getByRole('img', { name: 'QR code for the authenticator app' })).toBeVisible()
  await expectAccessibleEverywhere(page)
  const secret = (await page.locator('code.secret').textContent()) ?? ''
  await page.getByLabel('Type the code that the app shows').fill(codeOf(secret, Date.now()))
  await page.getByLabel('Current password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Switch on' }).click()
  await expect(page.locator('[data-code]')).toHaveCount(10)
  await expect(page.getByRole('button', { name: 'Copy' })).toBeVisible()
  await expectAccessibleEverywhere(page)
  await page.getByRole('link', { name: 'I have kept them' }).click()
  await expect(page).toHaveURL(new RegExp(`/o/${company.slug}`))

  await page.context().clearCookies()
  await page.goto(`/o/${company.slug}/sign-in`)
  await page.getByLabel('Email address').fill(max.address)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible()
  await expectAccessibleEverywhere(page)
  // The one of a moment ago was used to set the app up.
  await page.getByLabel('Code').fill(codeOf(secret, Date.now() + 30_000))
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page).toHaveURL(new RegExp(`/o/${company.slug}`))
})
