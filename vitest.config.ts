import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
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

const inWorkers = () => ({
  plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' }, miniflare: { bindings } })],
})
const setup = { setupFiles: ['test/support/setup.ts'], ...timeouts }
const NODE = 'test/**/*.node.test.ts'
/** A mocked module stays so in its worker: these have one each. */
const MOCKED = 'test/**/*.mocked.test.ts'

const USE_CASES = 'test/usecases/**/*.test.ts'

/** Every test starts from empty storage and a world of its own: a worker for each file would only cost time. */
const workers = (name: string, include: string[], exclude: string[]) => ({
  ...inWorkers(),
  test: { name, include, exclude: [NODE, MOCKED, ...exclude], isolate: false, ...setup },
})

export default defineConfig({
  test: {
    // Each runtime keeps one core busy; on two cores vitest would leave one of them idle.
    maxWorkers: 2,
    projects: [
      // Two, each in a thread of its own, of about the same length.
      workers('workers', ['test/**/*.test.{ts,tsx}'], [USE_CASES]),
      workers('use cases', [USE_CASES], []),
      { ...inWorkers(), test: { name: 'mocked', include: [MOCKED], ...setup } },
      { test: { name: 'node', include: [NODE], ...timeouts } },
    ],
  },
})
