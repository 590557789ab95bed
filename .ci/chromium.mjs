// Where Chromium is, getting one if there is none. Run directly it prints the path; .ci/run does that
// before anything is installed, which is why Playwright is only asked where it already is.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'

const playwright = fileURLToPath(new URL('../node_modules/@playwright/test/cli.js', import.meta.url))

/** The path of a Chromium that starts; installs one, or throws with what to do. */
export async function chromium() {
  return (
    process.env.CHROMIUM_PATH ||
    onPath() ||
    (await playwrights()) ||
    (installWithPlaywright() && (await playwrights())) ||
    (installWithApt() && onPath()) ||
    fail()
  )
}

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(executable)
}

function executable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function playwrights() {
  if (!existsSync(playwright)) return undefined
  const path = (await import('@playwright/test')).chromium.executablePath()
  // On a bare Linux the download is whole and still does not start, for want of shared libraries.
  const starts = process.platform !== 'linux' || spawnSync(path, ['--version']).status === 0
  return existsSync(path) && starts ? path : undefined
}

function installWithPlaywright() {
  if (!existsSync(playwright)) return false
  console.error('No Chromium found; asking Playwright for its own…')
  const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' }
  return quietly(process.execPath, [playwright, 'install', '--no-shell', 'chromium'], env)
}

function installWithApt() {
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return false
  console.error('No Chromium found; installing Debian’s…')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return (
    quietly('apt-get', ['update', '-qq'], env) &&
    quietly('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], env)
  )
}

// The installers' own words go to standard error: standard output is for the path.
function quietly(command, args, env) {
  return spawnSync(command, args, { env, stdio: ['ignore', 2, 2] }).status === 0
}

function fail() {
  throw new Error('The browser tests need Chromium: install one, or set CHROMIUM_PATH to one.')
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await chromium())
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}
