// Runs before every script, on whatever Node 20 or newer the machine has: node_modules as the
// lock file says, and the browser's assets beside our own.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

const assets = {
  'node_modules/@knadh/oat/oat.min.css': 'public/vendor/oat.min.css',
  'node_modules/htmx.org/dist/htmx.min.js': 'public/vendor/htmx.min.js',
  'node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js': 'public/vendor/webauthn.min.js',
}

const same = (path, content) => existsSync(path) && readFileSync(path).equals(content)

const lock = readFileSync('package-lock.json')
const stamp = 'node_modules/.installed-lock'
if (!same(stamp, lock)) {
  console.log('Installing dependencies, once for this lock file…')
  const ci = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...ci], { stdio: 'inherit' })
    : spawnSync(`npm ${ci.join(' ')}`, { stdio: 'inherit', shell: true })
  if (status !== 0) process.exit(status ?? 1)
  writeFileSync(stamp, lock)
}

for (const [from, to] of Object.entries(assets)) {
  // An untouched file keeps its time: a running wrangler dev reloads on every write below public/.
  if (same(to, readFileSync(from))) continue
  mkdirSync('public/vendor', { recursive: true })
  copyFileSync(from, to)
}
