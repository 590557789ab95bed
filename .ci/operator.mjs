// What the commands share that whoever may deploy runs on the database: npm run seats, npm run recover.
import { parseArgs } from 'node:util'
import { run } from './tools.mjs'

/** Arguments of the command: what stands alone, its own `options`, and on which database it runs. */
export function readCommand(usage, options = {}) {
  const { values, positionals } = parse(usage, {
    ...options,
    local: { type: 'boolean' },
    'persist-to': { type: 'string' },
  })
  if (values['persist-to'] && !values.local) fail('--persist-to goes with --local.')
  const folder = values['persist-to'] ? ['--persist-to', values['persist-to']] : []
  return { values, positionals, place: values.local ? ['--local', ...folder] : ['--remote'] }
}

function parse(usage, options) {
  try {
    return parseArgs({ options, allowPositionals: true })
  } catch (error) {
    return fail(`${error.message}\n\n${usage}`)
  }
}

/** A slug, which stands in SQL as it is: one of these letters. */
export function slugIn(typed) {
  if (/^[a-z0-9-]{1,48}$/.test(typed)) return typed
  return fail(`${typed} is no slug: lower-case letters, digits and dashes.`)
}

/** Runs the statements as one execution, and answers their results. */
export async function execute(place, statements) {
  // USHER_WRANGLER names a stand-in, for the test.
  const { code, stdout, output } = await run(process.env.USHER_WRANGLER ?? 'wrangler', [
    ...['d1', 'execute', 'DB', ...place, '--json', '--command', statements.join(';\n')],
  ])
  if (code === 0) return JSON.parse(stdout)
  return fail(
    `${output.trim()}\n\nNothing was changed. If you are not signed in to Cloudflare: npx wrangler login`,
  )
}

export function fail(message) {
  console.error(message)
  process.exit(1)
}
