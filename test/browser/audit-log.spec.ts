import { readFile } from 'node:fs/promises'
import { type Company, expect, expectAccessibleEverywhere, type Page, test } from './support'

const LONG = {
  name: 'Maximiliane Oberhofer-Untertaunenbacher von Hohenzollern-Sigmaringen',
  word: 'Rechtsschutzversicherungsgesellschaftenangelegenheitenabteilungsleitung',
}

const open = (page: Page, { slug }: Company, query = '') => page.goto(`/o/${slug}/audit-log${query}`)
const sentences = (page: Page) => page.locator('.timeline p')

test('an admin follows what happened, narrows it with clicks and takes it along as a file', async ({
  admin,
  company,
}) => {
  const [jane, joe] = [company.address('jane'), company.address('joe')]
  await company.invite(jane, { role: 'viewer' })
  await company.invite(joe)
  await company.press('revoke', joe)
  await company.addEvents([{ action: 'team.created', actor_name: 'Ann Lee', target_name: 'Choir' }])
  await open(admin, company)
  await expect(sentences(admin)).toHaveText([
    `Olga Owner revoked the invitation of ${joe}`,
    `Olga Owner invited ${joe} as Member`,
    `Olga Owner invited ${jane} as Viewer`,
    'Ann Lee made the team Choir',
  ])

  await sentences(admin).getByRole('link', { name: joe }).first().click()
  await expect(sentences(admin)).toHaveCount(2)
  await expect(admin.getByLabel('Target')).toHaveValue(joe)
  await admin.getByLabel('Action').selectOption('Invitation revoked')
  await expect(sentences(admin)).toHaveText([`Olga Owner revoked the invitation of ${joe}`])
  await expect(admin).toHaveURL(/action=invitation\.revoked/)

  const detail = admin.locator('details').filter({ hasText: 'Detail' })
  await detail.getByText('Detail', { exact: true }).click()
  await expect(detail.locator('pre')).toContainText('"status": "pending"')
  const refreshed = admin.waitForResponse(/audit-log/)
  await admin.locator('html').dispatchEvent('list-changed')
  await refreshed
  await expect(detail.locator('pre')).toBeVisible()

  const downloading = admin.waitForEvent('download')
  await admin.getByRole('link', { name: 'Export CSV' }).click()
  const file = await downloading
  expect(file.suggestedFilename()).toMatch(
    new RegExp(`^${company.slug}-audit-log-\\d{4}-\\d\\d-\\d\\d\\.csv$`),
  )
  const lines = (await readFile(await file.path(), 'utf8')).split('\r\n')
  expect(lines).toHaveLength(3)
  expect(lines[1]).toContain(`Olga Owner revoked the invitation of ${joe}`)

  await admin.getByRole('link', { name: 'Clear' }).click()
  await expect(sentences(admin)).toHaveCount(4)
  await expect(admin.getByLabel('Target')).toHaveValue('')
  await sentences(admin).getByRole('link', { name: 'Ann Lee' }).click()
  await expect(sentences(admin)).toHaveText(['Ann Lee made the team Choir'])
  await admin.goBack()
  await expect(sentences(admin)).toHaveCount(4)
})

test('the log with long names, its detail unfolded, and where nothing matches', async ({
  admin,
  company,
}) => {
  const detail = {
    department: LONG.word,
    teams: [LONG.word, LONG.name],
    note: LONG.word.repeat(3),
    before: { department: '', teams: [] },
  }
  await company.set({ name: LONG.word, time_zone: 'America/Argentina/ComodRivadavia' })
  await company.addEvents(
    Array.from({ length: 8 }, (_, at) => ({
      action: at % 2 ? 'member.changed' : 'invitation.accepted',
      actor_name: LONG.name,
      actor_kind: 'api_key',
      target_kind: 'member',
      target_name: at % 2 ? LONG.name : `${LONG.word}@${LONG.word}.example`.toLowerCase(),
      detail: JSON.stringify(at % 2 ? detail : { role: LONG.word, inviter: LONG.name }),
    })),
  )
  await open(admin, company)
  await expect(sentences(admin)).toHaveCount(8)
  await admin.getByText('Detail', { exact: true }).first().click()
  await expectAccessibleEverywhere(admin)
  await open(admin, company, `?actor=${LONG.word}&from=2026-01-01`)
  await expectAccessibleEverywhere(admin)
})
