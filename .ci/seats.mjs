// npm run seats -- <slug> <number|none|default> [--local [--persist-to <folder>]]: the seats of one organization's plan.
// Nobody inside the organization can change them; here it is done by whoever may deploy, with an audit event.
import { parseArgs } from 'node:util'
import { v7 as uuid } from 'uuid'
import { run } from './tools.mjs'

const usage = `npm run seats -- <slug> <number|none|default> [--local]

  <slug>       of the organization, as in /o/<slug>
  <number>     how many seats it has, 1 or more
  none         no limit
  default      what SEAT_LIMIT says for every organization without a limit of its own
  --local      of npm start on this machine, instead of the deployment`

const { slug, seats, place } = readArguments()
const results = await execute(statements(uuid(), Date.now()))
const [found] = results.at(-1)?.results ?? []
if (!found) fail(`There is no organization with the slug ${slug}. Nothing was changed.`)
console.log(`${found.name}: ${words(seats)}${found.changed ? '' : ', as before'}.`)

function readArguments() {
  const options = { local: { type: 'boolean' }, 'persist-to': { type: 'string' } }
  const { values, positionals } = parse(options)
  const [slug, text, ...rest] = positionals
  if (!slug || !text || rest.length > 0) fail(usage)
  if (values['persist-to'] && !values.local) fail('--persist-to goes with --local.')
  // What stands in the SQL below is one of these letters, and a number.
  if (!/^[a-z0-9-]{1,48}$/.test(slug)) fail(`${slug} is no slug: lower-case letters, digits and dashes.`)
  const folder = values['persist-to'] ? ['--persist-to', values['persist-to']] : []
  return { slug, seats: seatsIn(text), place: values.local ? ['--local', ...folder] : ['--remote'] }
}

function parse(options) {
  try {
    return parseArgs({ options, allowPositionals: true })
  } catch (error) {
    return fail(`${error.message}\n\n${usage}`)
  }
}

/** As `organization.seat_limit` has it: 0 is none, null the deployment's default. */
function seatsIn(text) {
  if (text === 'none') return 0
  if (text === 'default') return null
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  return fail(`${text} is no number of seats: 1 to 9999999, none, or default.`)
}

/** One execution: the event is the claim, and the limit follows from it. */
function statements(event, now) {
  const limit = seats ?? 'null'
  return [
    `insert into audit_event (id, change_id, organization_id, action, actor_kind, actor_id, actor_name,
        target_kind, target_id, target_name, at, detail)
      select '${event}', '${event}', id, 'seats.changed', 'system', null, 'Deployment', 'organization', id, name, ${now},
        json_object('seatLimit', ${limit}, 'before', json_object('seatLimit', seat_limit))
      from organization where slug = '${slug}' and seat_limit is not ${limit}`,
    `update organization set seat_limit = ${limit}
      where id = (select organization_id from audit_event where id = '${event}')`,
    `select name, exists (select 1 from audit_event where id = '${event}') as changed
      from organization where slug = '${slug}'`,
  ]
}

async function execute(commands) {
  // USHER_WRANGLER names a stand-in, for the test.
  const { code, stdout, output } = await run(process.env.USHER_WRANGLER ?? 'wrangler', [
    ...['d1', 'execute', 'DB', ...place, '--json', '--command', commands.join(';\n')],
  ])
  if (code === 0) return JSON.parse(stdout)
  return fail(
    `${output.trim()}\n\nNothing was changed. If you are not signed in to Cloudflare: npx wrangler login`,
  )
}

function words(limit) {
  if (limit === null) return 'the deployment’s default (SEAT_LIMIT)'
  if (limit === 0) return 'no limit'
  return `${limit} ${limit === 1 ? 'seat' : 'seats'}`
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
