// npm run demo: fills this machine's own database with a believable organization.
import { parseArgs } from 'node:util'
import { developmentSecret, MAIL_FROM, migrate } from './local.mjs'
import { run } from './tools.mjs'

const options = { 'persist-to': { type: 'string' } }
let persistTo
try {
  persistTo = parseArgs({ options }).values['persist-to']
} catch (error) {
  console.error(
    `${error.message}\n\nnpm run demo knows --persist-to alone: it fills the database of this machine, never another.`,
  )
  process.exit(1)
}

console.log('Preparing the local database…')
await migrate(persistTo ? ['--persist-to', persistTo] : [])
const env = {
  DEMO_STATE: persistTo ?? '.wrangler/state',
  DEMO_APP_URL: `http://localhost:${process.env.PORT || 8787}`,
  DEMO_MAIL_FROM: MAIL_FROM,
  DEMO_ROOT_SECRET: developmentSecret(),
}
// Apart, since it needs the project's own Node, which reads TypeScript.
const { code } = await run('.ci/demo/run.mjs', [], { env, show: true })
process.exit(code)
