import { acceptAsNewcomer, expect, type Page, test } from './support'

const LIMIT = 25 * 1024

/** What a page makes the browser transfer, by address: its bytes on the wire, headers included. */
const transfersOf = async (page: Page, link: string): Promise<Map<string, number>> => {
  const client = await page.context().newCDPSession(page)
  await client.send('Network.enable')
  const urls = new Map<string, string>()
  const bytes = new Map<string, number>()
  client.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url))
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const url = urls.get(requestId)
    if (url) bytes.set(url, encodedDataLength)
  })
  await page.goto(link, { waitUntil: 'networkidle' })
  await client.detach()
  return bytes
}

test('a first visit to an accept page transfers less than 25 KB, of which scripts are less than 1 KB', async ({
  page,
  company,
}) => {
  const { link } = await company.invite(company.address('jane'))
  const transfers = await transfersOf(page, link)
  const paths = [...transfers.keys()].map((url) => new URL(url).pathname)
  expect(paths.filter((path) => path.endsWith('.js'))).toEqual(['/accept.js'])
  const script = [...transfers].find(([url]) => url.endsWith('/accept.js'))
  expect(script?.[1]).toBeLessThan(1024)
  expect(paths.filter((path) => path.endsWith('.css'))).toHaveLength(2)
  const total = [...transfers.values()].reduce((sum, bytes) => sum + bytes)
  expect(total).toBeLessThan(LIMIT)
  // The page itself streams, so nothing compresses it: it counts as it is.
  expect(total).toBeGreaterThan(transfers.get(link) ?? LIMIT)
})

test('with every script blocked an invitation opens and is accepted', async ({ page, company, quiet }) => {
  quiet.expect('ERR_FAILED')
  await page.route('**/*.js', (route) => route.abort())
  await page.goto((await company.invite(company.address('jane'))).link)
  await acceptAsNewcomer(page)
  await expect(page.getByRole('heading', { level: 1, name: company.name })).toBeVisible()
})

test('what was painted before the database answered goes when the form arrives', async ({
  page,
  company,
}) => {
  const { link } = await company.invite(company.address('jane'))
  // The second opening knows who invites where before it asks the database.
  for (const opening of ['first', 'second']) {
    await page.goto(link)
    await expect(page.getByRole('button', { name: 'Accept & create account' }), opening).toBeVisible()
    await expect(page.getByText('Looking up your invitation…'), opening).toBeHidden()
    await expect(page.getByRole('main'), opening).toHaveCount(1)
    await expect(page.getByText('invites you to join').filter({ visible: true }), opening).toHaveCount(1)
  }
})
