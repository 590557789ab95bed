import { globSync, readFileSync } from 'node:fs'
import { dirname, posix } from 'node:path'
import { expect, test } from 'vitest'

interface Row {
  /** What may be imported; a folder stands for all below it. */
  values: string[]
  /** What may be named in an `import type` besides. */
  types?: string[]
  /** Packages that have no business here, and what is below them. */
  not?: string[]
}

// One way only: index → routes, jobs → usecases → policies → storage → rules. What is not in
// a row is refused, so only context builds what is in outbound, and nothing reaches up.
const rows: Record<string, Row> = {
  index: { values: ['app', 'jobs', 'context', 'bindings', 'log'] },
  app: { values: ['routes', 'views', 'context', 'bindings', 'usecases', 'rules', 'paths', 'log'] },
  context: {
    values: ['bindings', 'mail-settings', 'outbound', 'policies', 'storage', 'rules', 'paths', 'log'],
  },
  routes: {
    values: ['routes', 'views', 'usecases', 'bindings', 'sealing', 'rules', 'paths', 'log', 'package.json'],
    types: ['context'],
  },
  jobs: {
    values: ['jobs', 'views/mail', 'usecases', 'rules', 'paths', 'log'],
    types: ['context', 'bindings'],
  },
  usecases: {
    values: ['usecases', 'policies', 'storage', 'passwords', 'sealing', 'rules', 'paths', 'log'],
    types: ['context', 'bindings'],
    not: ['hono'],
  },
  policies: { values: ['policies', 'storage', 'rules', 'log'], types: ['context'], not: ['hono'] },
  storage: { values: ['storage', 'rules'], not: ['hono'] },
  outbound: { values: ['outbound', 'rules'], not: ['hono', 'drizzle-orm'] },
  passwords: { values: ['rules'] },
  sealing: { values: ['rules'] },
  bindings: { values: ['mail-settings', 'rules'] },
  'mail-settings': { values: ['rules'] },
  paths: { values: [] },
  log: { values: [] },
  rules: { values: ['rules'], not: ['hono', 'drizzle-orm', 'cloudflare:'] },
  views: { values: ['views', 'rules', 'paths'], not: ['drizzle-orm', 'cloudflare:'] },
}

interface Import {
  type: boolean
  from: string
}

const statement = /\b(?:import|export)\s+(?<type>type\s)?[\w$*\s{},]*?\bfrom\s*['"](?<from>[^'"]+)['"]/g
const bare = /\bimport\s*\(?\s*['"](?<from>[^'"]+)['"]/g

function importsOf(source: string): Import[] {
  return [...source.matchAll(statement), ...source.matchAll(bare)].map(({ groups }) => ({
    type: groups?.type !== undefined,
    from: groups?.from ?? '',
  }))
}

/** `src/rules/seats.ts` → `rules/seats`, `views/mail/layout.tsx` → `views/mail/layout`. */
const place = (path: string) => path.replace(/^src\//, '').replace(/\.tsx?$/, '')
const within = (folder: string, name: string) => name === folder || name.startsWith(`${folder}/`)

function refused(file: string, { type, from }: Import): boolean {
  const row = rows[place(file).split('/')[0] ?? '']
  if (!row) return true
  if (!from.startsWith('.')) {
    return (
      row.not?.some((name) => within(name, from) || (name.endsWith(':') && from.startsWith(name))) ?? false
    )
  }
  const target = place(posix.join(dirname(file), from))
  const allowed = type ? [...row.values, ...(row.types ?? [])] : row.values
  return !allowed.some((folder) => within(folder, target))
}

const files = globSync(['src/**/*.{ts,tsx}', 'views/**/*.{ts,tsx}']).map((file) => file.replaceAll('\\', '/'))

test('imports go one way', () => {
  expect(files.length).toBeGreaterThan(0)
  const offences = files.flatMap((file) =>
    importsOf(readFileSync(file, 'utf8'))
      .filter((found) => refused(file, found))
      .map(({ type, from }) => `${file} imports ${type ? 'the type of ' : ''}${from}`),
  )
  expect(offences).toEqual([])
})

test('every file of src and views has a row in the table', () => {
  expect(files.filter((file) => !rows[place(file).split('/')[0] ?? ''])).toEqual([])
})

test.each<[string, string, boolean]>([
  ['src/usecases/sending.ts', "import type { Context } from '../context'", false],
  ['src/usecases/sending.ts', "import { build } from '../context'", true],
  ['src/usecases/sending.ts', "import {\n  type A,\n  resend,\n} from '../outbound/resend'", true],
  ['src/routes/api/keys.ts', "export { rows } from '../../storage/keys'", true],
  ['src/jobs/mail.tsx', "import { Invitation } from '../../views/mail/invitation'", false],
  ['src/jobs/mail.tsx', "import { Console } from '../../views/console'", true],
  ['src/rules/seats.ts', "const later = await import('hono/html')", true],
  ['src/rules/seats.ts', "import { env } from 'cloudflare:workers'", true],
  ['views/console.tsx', "import type { Row } from '../src/storage/invitations'", true],
  ['views/console.tsx', "import { paths } from '../src/paths'", false],
])('in %s, %j is refused: %s', (file, source, expected) => {
  expect(importsOf(source).map((found) => refused(file, found))).toEqual([expected])
})
