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
const answer = failing ? refuse('fetch failed') : (answers[call.split(' ').slice(0, 2).join(' ')] ?? '')

if (answer.refused) {
  console.error(answer.refused)
  process.exitCode = 1
} else {
  console.log(answer)
}

function refuse(words) {
  return { refused: words }
}
