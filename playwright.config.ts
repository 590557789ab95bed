import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from '@playwright/test'

// Every worker process reads this file again, and inherits what the first one put into the environment.
if (!process.env.USHER_STATE) {
  const state = mkdtempSync(join(tmpdir(), 'usher-browser-'))
  process.env.USHER_STATE = state
  process.env.CHROMIUM_PATH = execFileSync(process.execPath, ['.ci/chromium.mjs'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
  process.on('exit', () => rmSync(state, { recursive: true, force: true }))
}

const port = process.env.BROWSER_PORT ?? '8788'
const url = `http://localhost:${port}`
// Where a test that needs one starts a directory: test/browser/directory.ts.
const directories = `http://127.0.0.1:${Number(port) + 1000}`

export default defineConfig({
  testDir: 'test/browser',
  outputDir: 'test-results/browser',
  workers: 2,
  retries: 0,
  // Generous: a busy machine is slow, and only a failure waits this long.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['line'], ['json', { outputFile: 'test-results/playwright.json' }]],
  // Setting up happens once in a deployment, so it comes before everything else.
  projects: [
    { name: 'first run', testMatch: 'first-run.spec.ts' },
    { name: 'later', testIgnore: 'first-run.spec.ts', dependencies: ['first run'] },
  ],
  use: {
    baseURL: url,
    // Every column of every list is there.
    viewport: { width: 1440, height: 900 },
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'off',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: `node .ci/start.mjs --persist-to ${process.env.USHER_STATE}`,
    url: `${url}/health`,
    env: { PORT: port, GOOGLE_DIRECTORY_BASE_URL: directories, MICROSOFT_GRAPH_BASE_URL: directories },
    reuseExistingServer: false,
    timeout: 60_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
  },
})
