// npm run seats -- <slug> <number|none|default> [--local [--persist-to <folder>]]: the seats of one organization's plan.
// Nobody inside the organization can change them; here it is done by whoever may deploy, with an audit event.
import { v7 as uuid } from 'uuid'
import { execute, fail, readCommand, slugIn } from './operator.mjs'

const usage = `npm run seats -- <slug> <number|none|default> [--local]

  <slug>       of the organization, as in /o/<slug>
  <number>     how many seats it has, 1 or more
  none         no limit
  default      what SEAT_LIMIT says for every organization without a limit of its own
  --local      of npm start on this machine, instead of the deployment`

const { slug, seats, place } = readArguments()
const results = await execute(place, statements(uuid(), Date.now()))
const [found] = results.at(-1)?.results ?? []
if (!found) fail(`There is no organization with the slug ${slug}. Nothing was changed.`)
console.log(`${found.name}: ${words(seats)}${found.changed ? '' : ', as before'}.`)

function readArguments() {
  const { positionals, place } = readCommand(usage)
  const [slug, text, ...rest] = positionals
  if (!slug || !text || rest.length > 0) fail(usage)
  return { slug: slugIn(slug), seats: seatsIn(text), place }
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

function words(limit) {
  if (limit === null) return 'the deployment’s default (SEAT_LIMIT)'
  if (limit === 0) return 'no limit'
  return `${limit} ${limit === 1 ? 'seat' : 'seats'}`
}
