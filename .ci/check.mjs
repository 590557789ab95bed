// npm run check: what can be said of the tree in seconds, without running it.
import { run } from './tools.mjs'

const checks = {
  'format and lint': ['biome', ['ci', '--error-on-warnings', '--colors=off']],
  types: ['tsc', []],
  migrations: ['.ci/migrations.mjs', []],
}

const results = await Promise.all(
  Object.entries(checks).map(async ([name, [tool, args]]) => ({ name, ...(await run(tool, args)) })),
)

for (const { name, code, output } of results) {
  if (code === 0) console.log(`✓ ${name}`)
  else console.error(`✗ ${name}\n\n${output.trim()}\n`)
}
process.exit(results.every(({ code }) => code === 0) ? 0 : 1)
