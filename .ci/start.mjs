// npm start [-- --mailpit http://localhost:8025]: the whole of Usher on this machine, with nothing to configure and
// nothing that leaves it but, where one is named, to a Mailpit.
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { developmentSecret, MAIL_FROM, migrate } from './local.mjs'
import { freePort, node, tools } from './tools.mjs'

const parent = process.ppid
const { values } = parseArgs({
  options: { 'persist-to': { type: 'string' }, mailpit: { type: 'string' } },
})
const persist = values['persist-to'] ? ['--persist-to', values['persist-to']] : []

const wanted = Number(process.env.PORT || 8787)
const port = await freePort(wanted)
if (port !== wanted) console.log(`Port ${wanted} is taken; using ${port}.`)
const address = `http://localhost:${port}`

console.log('Preparing the local database…')
await migrate(persist)

// Given on the command line and nowhere else: no file that gets copied can carry this mode to production.
const settings = {
  MODE: 'development',
  APP_URL: address,
  MAIL_PROVIDER: values.mailpit ? 'mailpit' : 'mailbox',
  ...(values.mailpit && { MAILPIT_BASE_URL: values.mailpit }),
  MAIL_FROM,
  ROOT_SECRET: developmentSecret(),
  ORGANIZATION_CREATION: 'anyone',
}
// Directories of people that stand in for Google's and Microsoft's.
for (const name of ['GOOGLE_DIRECTORY_BASE_URL', 'MICROSOFT_GRAPH_BASE_URL'])
  if (process.env[name]) settings[name] = process.env[name]
const vars = Object.entries(settings).flatMap(([name, value]) => ['--var', `${name}:${value}`])
// --test-scheduled only silences a warning that cron has to be fired by hand.
const how = ['--port', String(port), '--ip', '127.0.0.1', '--test-scheduled']
const worker = spawn(node, [tools.wrangler, 'dev', ...how, ...persist, ...vars], { stdio: 'inherit' })
worker.on('exit', (code) => process.exit(code ?? 1))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => worker.kill(signal))

// A SIGTERM to npm ends the shell between it and us, which passes nothing on: that its place is taken is
// all we see of it.
const orphaned = () => process.ppid !== parent && worker.kill()
if (process.env.npm_lifecycle_event === 'start') setInterval(orphaned, 500)

while (!(await healthy())) await sleep(300)
console.log(`
  Usher      ${address}
  Mailbox    ${address}/mailbox   (every mail it would have sent)${values.mailpit ? `\n  Mailpit    ${values.mailpit}` : ''}
`)

// wrangler dev never fires a cron trigger; without a named cron the worker runs its whole table.
for (;;) {
  await sleep(60_000)
  await fetch(`${address}/cdn-cgi/local/scheduled`).catch(() => {})
}

function healthy() {
  return fetch(`${address}/health`, { signal: AbortSignal.timeout(5_000) }).then(
    (response) => response.ok,
    () => false,
  )
}
