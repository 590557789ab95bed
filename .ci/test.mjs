// npm test: the check, the tests in the Workers runtime and in Node, the browser. With paths
// (`npm test -- test/rules`) only the tests below them.
import { readFileSync, rmSync } from 'node:fs'
import { chromium } from './chromium.mjs'
import { freePort, run } from './tools.mjs'

const paths = process.argv.slice(2)
const inBrowser = paths.filter((path) => path.startsWith('test/browser'))
const inRuntime = paths.filter((path) => !inBrowser.includes(path))
const reports = { vitest: 'test-results/vitest.json', playwright: 'test-results/playwright.json' }
rmSync('test-results', { recursive: true, force: true })

const suites = []
if (paths.length === 0) suites.push(await check())
if (paths.length === 0 || inRuntime.length > 0) suites.push(await vitest())
if (paths.length === 0 || inBrowser.length > 0) suites.push(await playwright())

const sum = (key) => suites.reduce((total, suite) => total + suite[key], 0)
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') > 0 || sum('passed') === 0 ? 1 : 0

async function check() {
  const { code } = await run('.ci/check.mjs', [], { show: true })
  return verdict(code, 0, 0)
}

async function vitest() {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reports.vitest}`]
  // The runner reads the configuration as the tests are read, which is how it may share a file with the worker.
  const { code } = await run('vitest', ['run', '--configLoader', 'runner', ...reporters, ...inRuntime], {
    show: true,
  })
  const report = read(reports.vitest)
  // A file that does not load has no tests to fail: it counts as one.
  const broken = report?.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.length,
  )
  return verdict(code, report?.numPassedTests, (report?.numFailedTests ?? 0) + (broken?.length ?? 0))
}

async function playwright() {
  try {
    const env = { CHROMIUM_PATH: await chromium(), BROWSER_PORT: String(await freePort(8788)) }
    const { code } = await run('playwright', ['test', ...inBrowser], { env, show: true })
    const { stats } = read(reports.playwright) ?? {}
    return verdict(code, stats?.expected, stats?.unexpected)
  } catch (error) {
    console.error(error.message)
    return verdict(1, 0, 0)
  }
}

/** What fails without a failing test (the check, a runner that dies) counts as one failure. */
function verdict(code, passed = 0, failed = 0) {
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1) }
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
