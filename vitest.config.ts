import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig, type Plugin } from 'vitest/config'
import { SETTING_NAMES } from './src/bindings'

const timeouts = { testTimeout: 20_000, hookTimeout: 20_000 }

// Every setting is pinned (the empty ones to their defaults): nobody's .dev.vars may change what a test sees.
const bindings = {
  ...Object.fromEntries(SETTING_NAMES.map((name) => [name, ''])),
  MODE: 'development',
  APP_URL: 'http://localhost:8787',
  MAIL_PROVIDER: 'mailbox',
  MAIL_FROM: 'Usher <invitations@localhost>',
  ROOT_SECRET: 'dGhlLXJvb3Qtc2VjcmV0LXRoYXQtdGVzdHMtdXNlLWE',
  TEST_MIGRATIONS: await readD1Migrations('./migrations'),
}

/** What a password costs is held to where passwords and sign-ins are; here every account made would take a tenth of a second. */
const cheapPasswords = {
  name: 'cheap-passwords',
  enforce: 'pre' as const,
  transform: (code: string, id: string) =>
    id.endsWith('/src/passwords.ts') ? code.replace('ln: 14', 'ln: 4') : undefined,
}

const inWorkers = () => ({
  plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' }, miniflare: { bindings } })],
})
const setup = { setupFiles: ['test/support/setup.ts'], ...timeouts }
const NODE = 'test/**/*.node.test.ts'
/** A mocked module stays so in its worker: these have one each. */
const MOCKED = 'test/**/*.mocked.test.ts'

/** Where an account is the way to something else. */
const BY_ACCOUNTS = ['test/usecases/**/*.test.ts', 'test/routes/**/*.test.ts']
/** Where the real cost of a password is looked at. */
const OF_PASSWORDS = ['test/routes/sign-in*.test.ts', 'test/routes/setup*.test.ts']

/** Every test starts from empty storage and a world of its own: a worker for each file would only cost time. */
const workers = (name: string, include: string[], exclude: string[], plugins: Plugin[] = []) => ({
  plugins: [...inWorkers().plugins, ...plugins],
  test: { name, include, exclude: [NODE, MOCKED, ...exclude], isolate: false, ...setup },
})

export default defineConfig({
  test: {
    // Each runtime keeps one core busy; on two cores vitest would leave one of them idle.
    maxWorkers: 2,
    projects: [
      // Two, each in a thread of its own.
      workers(
        'workers',
        ['test/*.test.ts', 'test/!(usecases|routes)/**/*.test.{ts,tsx}', ...OF_PASSWORDS],
        [],
      ),
      workers('use cases and routes', BY_ACCOUNTS, OF_PASSWORDS, [cheapPasswords]),
      { ...inWorkers(), test: { name: 'mocked', include: [MOCKED], ...setup } },
      { test: { name: 'node', include: [NODE], ...timeouts } },
    ],
  },
})
