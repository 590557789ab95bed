import { expect, expectAccessibleEverywhere, test } from './support'

test('a reminder’s reader stops them with one press and takes it back with another', async ({
  page,
  company,
}) => {
  const jane = company.address('jane')
  const { link } = await company.invite(jane)
  const reminder = await company.remind(jane)
  expect(reminder.link).toBe(link)
  const stop = /http\S+\/unsubscribe\?token=[\w-]+/.exec(reminder.text)?.[0] ?? ''

  await page.goto(stop)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`No more reminders from ${company.name}?`)
  await expectAccessibleEverywhere(page)
  await page.getByRole('button', { name: 'Stop reminders' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No more reminders')
  await expect(page.getByRole('status')).toContainText(jane)
  await expectAccessibleEverywhere(page)
  await page.getByRole('button', { name: 'Send me reminders after all' }).click()
  await expect(page.getByRole('status')).toHaveText(`Reminders from ${company.name} arrive again.`)
  await page.goto(link)
  await expect(page.getByRole('button', { name: /^Accept/ })).toBeVisible()
})
