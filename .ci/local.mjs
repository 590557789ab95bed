// What every command that works on this machine's own database shares.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { run } from './tools.mjs'

/** Whom mails of this machine are from; none of them leaves it. */
export const MAIL_FROM = 'Usher <invitations@localhost>'

/** Brings the local database up to date, or ends with what went wrong. */
export async function migrate(persist) {
  const { code, output } = await run('wrangler', ['d1', 'migrations', 'apply', 'DB', '--local', ...persist])
  if (code === 0) return
  console.error(output)
  process.exit(code)
}

/** Kept, so that a restart ends no session and breaks no link. */
export function developmentSecret() {
  const file = '.wrangler/development-secret'
  if (!existsSync(file)) {
    mkdirSync('.wrangler', { recursive: true })
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 })
  }
  return readFileSync(file, 'utf8')
}
