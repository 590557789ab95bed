import { createServer } from 'node:http'
import { GoogleDirectoryStandIn, MicrosoftGraphStandIn } from '../support/directory'
import { test as base } from './identity-provider'

/** Directories of people on this machine, where playwright.config.ts tells the site to look for them. */
const startDirectories = async (baseURL: string) => {
  const url = `http://127.0.0.1:${Number(new URL(baseURL).port) + 1000}`
  const google = new GoogleDirectoryStandIn(url)
  const microsoft = new MicrosoftGraphStandIn(url)
  const server = createServer(async (asked, answer) => {
    const chunks: Buffer[] = []
    for await (const chunk of asked) chunks.push(chunk)
    const standIn = asked.url?.startsWith('/v1.0/') ? microsoft : google
    const response = await standIn.fetch(`${url}${asked.url}`, {
      method: asked.method ?? 'GET',
      headers: Object.entries(asked.headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    })
    answer.writeHead(response.status, Object.fromEntries(response.headers))
    answer.end(Buffer.from(await response.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(Number(new URL(url).port), '127.0.0.1', resolve))
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { google, microsoft, stop }
}

/** Tests with `staff`: stand-ins of both directories. There is one address for them, so one file has such tests, in turn. */
export const test = base.extend<{ staff: Awaited<ReturnType<typeof startDirectories>> }>({
  staff: async ({ baseURL }, use) => {
    const directories = await startDirectories(baseURL ?? '')
    await use(directories)
    await directories.stop()
  },
})

export { expect, expectAccessibleEverywhere } from './identity-provider'
