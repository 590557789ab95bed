// Writes down how it was called, and answers as WORLD says Cloudflare would.
import { appendFileSync, readFileSync } from 'node:fs'

const { CALLS, WORLD } = process.env
const world = JSON.parse(WORLD)
const calls = readFileSync(CALLS, 'utf8').split('\n').filter(Boolean)
const call = process.argv.slice(2).join(' ')
const stdin = call.startsWith('secret put') ? readFileSync(0, 'utf8') : ''
appendFileSync(CALLS, `${JSON.stringify({ call, stdin })}\n`)

const deployed = world.deployed || calls.some((line) => line.includes('"deploy '))
const answers = {
  'd1 info': deployed ? '{}' : refuse("Couldn't find an auto-provisioned D1 DB named 'usher-db'."),
  'secret list': deployed
    ? JSON.stringify((world.secrets ?? []).map((name) => ({ name, type: 'secret_text' })))
    : refuse('Worker "usher" not found.'),
  'secret put': 'Success! Uploaded secret',
}
const failing = world.failing && call.startsWith(world.failing)
const kind = call.split(' ').slice(0, 2).join(' ')
const answer = failing
  ? refuse('fetch failed')
  : kind === 'd1 execute'
    ? await execute(process.argv.at(-1))
    : (answers[kind] ?? '')

if (answer.refused) {
  console.error(answer.refused)
  process.exitCode = 1
} else {
  console.log(answer)
}

/** Runs the statements on the database that WORLD names, as one execution, and answers as `--json` does. */
async function execute(commands) {
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(world.database)
  const results = commands
    .split(';\n')
    .map((sql) => ({ results: database.prepare(sql).all(), success: true }))
  return JSON.stringify(results)
}

function refuse(words) {
  return { refused: words }
}
