import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PROVIDER_NAMES as EVERY_PROVIDER, neededBy } from '../../src/mail-settings'

interface World {
  deployed?: boolean
  secrets?: string[]
  failing?: string
}

const everySetting = ['ROOT_SECRET', 'SETUP_TOKEN', 'APP_URL', 'MAIL_PROVIDER', 'MAIL_FROM', 'RESEND_API_KEY']
const PROVIDER_NAMES = EVERY_PROVIDER.filter((name) => name !== 'mailbox')
const secret = /^[\w-]{43}$/
const migrate = 'd1 migrations apply DB --remote'
const deployCode = 'deploy --keep-vars'

let project: string

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'usher-deploy-'))
  cpSync('.ci', join(project, '.ci'), { recursive: true })
  symlinkSync(resolve('node_modules'), join(project, 'node_modules'), 'junction')
  configure('')
})

afterEach(() => rmSync(project, { recursive: true, force: true }))

function configure(vars: string) {
  writeFileSync(join(project, 'wrangler.toml'), `name = "usher"\n[vars]\n${vars}`)
}

function deploy(world: World, ...args: string[]) {
  const log = join(project, 'calls')
  writeFileSync(log, '')
  const { status, stdout, stderr } = spawnSync(process.execPath, ['.ci/deploy.mjs', ...args], {
    cwd: project,
    encoding: 'utf8',
    env: {
      ...process.env,
      USHER_WRANGLER: resolve('test/ci/wrangler-stand-in.mjs'),
      CALLS: log,
      WORLD: JSON.stringify(world),
    },
  })
  const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean)
  const calls = lines.map((line) => JSON.parse(line) as { call: string; stdin: string })
  const put = (name: string) => calls.find(({ call }) => call === `secret put ${name}`)?.stdin
  return { status, said: stdout + stderr, calls: calls.map(({ call }) => call), put }
}

test('the first deploy makes the database, then the secrets, then the tables, then the code', () => {
  const { status, calls, put, said } = deploy({}, '--app-url', 'https://usher.example.com/')
  expect(status).toBe(0)
  expect(calls).toEqual([
    'd1 info DB --json',
    deployCode,
    'secret list',
    'secret put ROOT_SECRET',
    'secret put SETUP_TOKEN',
    'secret put APP_URL',
    migrate,
    deployCode,
  ])
  expect(put('APP_URL')).toBe('https://usher.example.com')

  const [root, token] = [put('ROOT_SECRET'), put('SETUP_TOKEN')]
  expect(root).toMatch(secret)
  expect(token).toMatch(secret)
  expect(root).not.toBe(token)
  expect(said, 'the root secret is never told').not.toContain(root)
  expect(said.split(`${token}`), 'the setup token is told once').toHaveLength(2)
  expect(said).toContain('https://usher.example.com/setup')
})

test('a later deploy makes no secret again, and migrates before the code', () => {
  const { calls, said } = deploy({ deployed: true, secrets: everySetting })
  expect(calls).toEqual(['d1 info DB --json', 'secret list', migrate, deployCode])
  expect(said).not.toContain('wrangler secret put')
})

test('a failed migration stops the deploy and still tells the setup token', () => {
  const { status, calls, put, said } = deploy({ deployed: true, failing: 'd1 migrations' })
  expect(status).toBe(1)
  expect(calls.at(-1)).toBe(migrate)
  expect(said).toContain(put('SETUP_TOKEN'))
})

test('a failure that does not mean "not there yet" changes nothing', () => {
  const { status, calls, said } = deploy({ deployed: true, failing: 'd1 info' })
  expect(status).toBe(1)
  expect(calls).toEqual(['d1 info DB --json'])
  expect(said).toContain('fetch failed')
})

test('each missing setting is named with the command that sets it', () => {
  configure('MAIL_FROM = "Usher <invitations@example.com>"')
  const { status, said } = deploy({ deployed: true, secrets: ['ROOT_SECRET', 'SETUP_TOKEN'] })
  expect(status).toBe(0)
  expect(said).toContain('npm run deploy -- --app-url')
  expect(said).toContain('npx wrangler secret put MAIL_PROVIDER')
  expect(said).not.toContain('secret put MAIL_FROM')
  for (const name of PROVIDER_NAMES)
    for (const needed of neededBy(name))
      expect(said).toContain(`npx wrangler secret put ${needed}    # with ${name}`)
  expect(said).toContain('uncomment [[send_email]] in wrangler.toml')
})

const others = everySetting.filter((name) => name !== 'RESEND_API_KEY')

test('with a provider under [vars] what it needs is named, and of no other', () => {
  configure('MAIL_PROVIDER = "mailgun"')
  const { said } = deploy({ deployed: true, secrets: [...others, 'MAILGUN_API_KEY'] })
  expect([...said.matchAll(/secret put (\w+)/g)].map(([, name]) => name)).toEqual(['MAILGUN_DOMAIN'])
  expect(said).not.toContain('[[send_email]]')
})

test.each([
  ['', true],
  ['[[send_email]]\nname = "EMAIL"', false],
])('with cloudflare and %j in wrangler.toml its binding is missing: %s', (binding, isMissing) => {
  configure(`MAIL_PROVIDER = "cloudflare"\n${binding}`)
  const { said } = deploy({ deployed: true, secrets: others })
  expect(said.includes('uncomment [[send_email]]')).toBe(isMissing)
  expect(said.includes('Neither a secret')).toBe(isMissing)
})

test('with a provider that is set as a secret, and so cannot be read, any one that is whole is enough', () => {
  const { said } = deploy({ deployed: true, secrets: [...others, 'MAILGUN_API_KEY', 'MAILGUN_DOMAIN'] })
  expect(said).not.toContain('Neither a secret')
})

test.each(['http://usher.example.com', 'https://usher.example.com/invite', 'usher.example.com'])(
  '%s is refused as an address before anything is called',
  (address) => {
    const { status, calls } = deploy({}, '--app-url', address)
    expect(status).toBe(1)
    expect(calls).toEqual([])
  },
)

test('an address in wrangler.toml is not overruled', () => {
  configure('APP_URL = "https://usher.example.com"')
  const { status, calls } = deploy({}, '--app-url', 'https://other.example.com')
  expect(status).toBe(1)
  expect(calls).toEqual([])
})
