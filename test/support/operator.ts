import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A migrated database that a command of .ci runs on, by way of a stand-in for wrangler. */
export const operating = (script: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'usher-operator-'))
  const file = join(folder, 'd1.sqlite')
  const database = new DatabaseSync(file)
  const migrations = readdirSync('migrations').filter((name) => name.endsWith('.sql'))
  for (const name of migrations.sort()) database.exec(readFileSync(join('migrations', name), 'utf8'))

  return {
    database,
    /** Runs the command; `failing` is the call that the stand-in refuses. */
    run: (args: string[], world: { failing?: string } = {}) => {
      const log = join(folder, 'calls')
      writeFileSync(log, '')
      const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
        encoding: 'utf8',
        env: {
          ...process.env,
          USHER_WRANGLER: resolve('test/ci/wrangler-stand-in.mjs'),
          CALLS: log,
          WORLD: JSON.stringify({ ...world, database: file }),
        },
      })
      const calls = readFileSync(log, 'utf8').split('\n').filter(Boolean)
      return { status, said: stdout + stderr, calls: calls.map((line) => JSON.parse(line).call as string) }
    },
    end: () => {
      database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
