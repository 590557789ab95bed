import { expect, type Page, test } from './support'

/** The answers to what a page says of its being opened. */
const notes = (page: Page): number[] => {
  const statuses: number[] = []
  page.on('response', (response) => {
    if (response.url().endsWith('/invitation-opened')) statuses.push(response.status())
  })
  return statuses
}

test('an invitee who only opens the page is not noted; one who touches it is, once', async ({
  page,
  company,
}) => {
  const address = company.address('jane')
  const { link } = await company.invite(address)
  const noted = notes(page)
  await page.goto(link, { waitUntil: 'networkidle' })
  // What presses by script is no hand.
  await page.evaluate("document.querySelector('summary').click()")
  await expect(page.getByRole('button', { name: 'Decline invitation' })).toBeVisible()
  expect(await company.openedAt(address)).toBeNull()

  await page.getByLabel('First name').click()
  await page.keyboard.type('Jane')
  await expect.poll(() => noted).toEqual([204])
  const opened = await company.openedAt(address)
  expect(opened).toBeGreaterThan(0)
  await page.reload()
  const again = page.waitForResponse(/\/invitation-opened$/)
  await page.getByLabel('Last name').press('Tab')
  await again
  expect(noted).toEqual([204, 204])
  expect(await company.openedAt(address)).toBe(opened)
})
