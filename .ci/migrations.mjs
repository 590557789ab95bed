// Holds migrations/ (or the folder given) to what D1 and a deploy without downtime need: a migration
// runs while the release before it still serves, and D1 cascades without a word when a table is rebuilt.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { run } from './tools.mjs'

const folder = process.argv[2] ?? 'migrations'

const forbidden = [
  [/__new_/i, 'rebuilds a table (__new_…), which on D1 deletes child rows'],
  [/\bon\s+delete\s+cascade\b/i, 'cascades a delete (ON DELETE CASCADE)'],
  [
    /\bdrop\s+table\b|\balter\s+table\s+\S+\s+(drop|rename)\b/i,
    'drops or renames what the release before it still uses',
  ],
]

const files = readdirSync(folder).filter((name) => name.endsWith('.sql'))
const faults = files.length === 0 ? [`${folder}: no migrations`] : files.flatMap(faultsOf)
const drift = faults.length === 0 ? await ungenerated() : undefined
if (drift) faults.push(drift)

if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exit(1)
}

function faultsOf(name, index) {
  const sql = readFileSync(join(folder, name), 'utf8').replace(/--.*$/gm, '')
  const number = String(index).padStart(4, '0')
  const misnamed = !/^\d{4}_[a-z0-9]+(_[a-z0-9]+)*\.sql$/.test(name) || !name.startsWith(number)
  return [
    ...(misnamed ? [`${name}: should be named ${number}_a_short_sentence.sql`] : []),
    ...forbidden.filter(([pattern]) => pattern.test(sql)).map(([, words]) => `${name}: ${words}`),
  ]
}

/** drizzle-kit's answer where src/storage/schema.ts says more than the migrations do. */
async function ungenerated() {
  // Below node_modules: drizzle-kit takes no absolute path, and nothing in the tree may change.
  mkdirSync('node_modules/.cache', { recursive: true })
  const copy = mkdtempSync('node_modules/.cache/migrations-')
  try {
    cpSync(folder, copy, { recursive: true })
    const env = { MIGRATIONS_COPY: relative('.', copy), NO_COLOR: '1' }
    const { output } = await run('drizzle-kit', ['generate'], { env })
    if (output.includes('No schema changes')) return undefined
    return `The schema and the migrations differ (npm run generate -- --name what_changed):\n${output.trim()}`
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
