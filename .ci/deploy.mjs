// npm run deploy [-- --app-url https://invitations.example.com]: the secrets that are missing, the
// migrations, then the code. Asks nothing; a setting it cannot make is named with the command that sets it.
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { run } from './tools.mjs'

/** What each mail provider cannot do without; Cloudflare's is a binding. */
const PROVIDERS = [
  { provider: 'resend', name: 'RESEND_API_KEY' },
  { provider: 'postmark', name: 'POSTMARK_SERVER_TOKEN' },
  { provider: 'sendgrid', name: 'SENDGRID_API_KEY' },
  { provider: 'mailgun', name: 'MAILGUN_API_KEY' },
  { provider: 'mailgun', name: 'MAILGUN_DOMAIN' },
  { provider: 'cloudflare', name: 'EMAIL' },
  { provider: 'mailpit', name: 'MAILPIT_BASE_URL' },
]

const { values } = parseArgs({ options: { 'app-url': { type: 'string' } } })
const address = values['app-url'] && origin(values['app-url'])
const { experimental_readRawConfig: readConfig } = await import('wrangler')
const { vars = {}, send_email: mailBindings = [] } = readConfig({ config: 'wrangler.toml' }).rawConfig
if (address && vars.APP_URL) fail('APP_URL stands in wrangler.toml: change it there, without --app-url.')

// The first deploy is what makes the database and the worker; without its secrets that answers only /health.
let secrets = (await find(['d1', 'info', 'DB', '--json'])) && (await find(['secret', 'list']))
if (!secrets) {
  await wrangler(['deploy', '--keep-vars'], { show: true })
  secrets = await wrangler(['secret', 'list'])
}
const set = new Set([...Object.keys(vars), ...JSON.parse(secrets.stdout).map(({ name }) => name)])

if (!set.has('ROOT_SECRET')) await put('ROOT_SECRET', random())
if (!set.has('SETUP_TOKEN')) {
  const token = random()
  await put('SETUP_TOKEN', token)
  // However the rest ends: nobody can read it back.
  process.on('exit', () => tellToken(token))
}
if (address) await put('APP_URL', address)

// Before the code, so each migration must suit the release that still serves.
await wrangler(['d1', 'migrations', 'apply', 'DB', '--remote'], { show: true })
// --keep-vars: what was set in the dashboard stays.
await wrangler(['deploy', '--keep-vars'], { show: true })
tellMissing()

/** Nothing where there is no such database or worker yet; anything else that fails ends the deploy. */
async function find(args) {
  const result = await call(args)
  if (result.code === 0) return result
  if (/Couldn't find .*D1 DB|Worker ".*" not found/.test(result.output)) return undefined
  return fail(`${result.output.trim()}\n\nIf you are not signed in to Cloudflare: npx wrangler login`)
}

async function wrangler(args, options) {
  const result = await call(args, options)
  if (result.code !== 0) fail(`${result.output}\nStopped: wrangler ${args.join(' ')} failed.`)
  return result
}

/** USHER_WRANGLER names a stand-in, for the test. */
function call(args, options) {
  return run(process.env.USHER_WRANGLER ?? 'wrangler', args, options)
}

async function put(name, value) {
  // Through standard input: arguments can be read by every process of the machine.
  await wrangler(['secret', 'put', name], { input: value })
  set.add(name)
  console.log(`Set ${name}.`)
}

function random() {
  return randomBytes(32).toString('base64url')
}

function origin(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' || url.href !== `${url.origin}/`) {
    fail('--app-url takes an address like https://invitations.example.com, without a path.')
  }
  return url.origin
}

function tellToken(token) {
  const setup = `${address ?? vars.APP_URL ?? '<APP_URL>'}/setup`
  console.log(`\nThe first owner signs up at ${setup}\nwith this token, shown only now:\n\n  ${token}`)
}

/** What is missing for mail, each with its provider. One chosen by a secret cannot be read: any one is enough then. */
function missingForMail() {
  const chosen = PROVIDERS.filter(({ provider }) => provider === vars.MAIL_PROVIDER)
  const isThere = ({ name }) =>
    name === 'EMAIL' ? mailBindings.some((binding) => binding.name === name) : set.has(name)
  if (vars.MAIL_PROVIDER) return chosen.filter((need) => !isThere(need))
  const isWhole = (provider) => PROVIDERS.filter((need) => need.provider === provider).every(isThere)
  return PROVIDERS.some(({ provider }) => isWhole(provider)) ? [] : PROVIDERS
}

function tellMissing() {
  const names = [...new Set(PROVIDERS.map(({ provider }) => provider))].join(', ')
  const commands = {
    APP_URL: 'npm run deploy -- --app-url https://<the address above, or your own domain>',
    MAIL_PROVIDER: `npx wrangler secret put MAIL_PROVIDER    # ${names}`,
    MAIL_FROM: 'npx wrangler secret put MAIL_FROM        # Usher <invitations@example.com>',
  }
  const lines = Object.entries(commands).filter(([name]) => !set.has(name))
  for (const { name, provider } of missingForMail()) {
    const command =
      name === 'EMAIL'
        ? 'uncomment [[send_email]] in wrangler.toml, then npm run deploy'
        : `npx wrangler secret put ${name}`
    lines.push([name, `${command}    # with ${provider}`])
  }
  if (lines.length === 0) return
  console.log(
    '\nNeither a secret nor under [vars] in wrangler.toml; without them Usher answers only /health:\n',
  )
  for (const [name, command] of lines) console.log(`  ${name.padEnd(23)}${command}`)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
