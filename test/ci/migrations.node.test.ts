import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usher-migrations-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function check(name: string, sql: string) {
  writeFileSync(join(folder, name), sql)
  const { status, stderr } = spawnSync(process.execPath, ['.ci/migrations.mjs', folder], { encoding: 'utf8' })
  return { status, stderr }
}

test.each([
  ['CREATE TABLE `__new_member` (id text);', 'rebuilds a table'],
  ['CREATE TABLE a (b text REFERENCES c(d) ON UPDATE no action ON DELETE cascade);', 'cascades a delete'],
  ['drop table member;', 'drops or renames'],
  ['ALTER TABLE `member` DROP COLUMN `note`;', 'drops or renames'],
  ['ALTER TABLE member RENAME COLUMN note TO remark;', 'drops or renames'],
])('a migration with %j is refused', (sql, words) => {
  const { status, stderr } = check('0000_teams.sql', sql)
  expect(status).toBe(1)
  expect(stderr).toContain(words)
})

test.each(['0001_teams.sql', '0000-teams.sql', '0000_Teams.sql', 'teams.sql'])(
  'the name %s is refused as the first',
  (name) => {
    const { status, stderr } = check(name, 'CREATE TABLE team (id text);')
    expect(status).toBe(1)
    expect(stderr).toContain('0000_a_short_sentence.sql')
  },
)

test('a folder without migrations is refused', () => {
  const { status } = check('notes.txt', '')
  expect(status).toBe(1)
})
