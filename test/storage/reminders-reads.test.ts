import { beforeEach, expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { addCast } from '../support/cast'
import { counting } from '../support/counting'
import { logged } from '../support/faults'
import { HALF } from '../support/reminders'
import { seedInvitations } from '../support/seed'
import { createWorld, rows, run } from '../support/world'

beforeEach(() => void logged())

/** Rows read by each batch of the jobs of every five minutes, among so many invitations of which 400 are due. */
const readAmong = async (many: number) => {
  const world = createWorld()
  const { acme } = await addCast()
  await seedInvitations(acme, many)
  await run(
    "update invitation set status = 'pending', mail_state = 'sent', expires_at = ?, remind_at = iif(rowid <= 400, ?, ?)",
    HALF + DAY,
    HALF,
    HALF + 1,
  )
  world.clock.now = HALF
  const read = await counting(world).rowsReadBy(() => world.cron('*/5 * * * *'))
  expect((await rows('select count(*) as n from invitation where reminders_sent = 1'))[0]).toEqual({ n: 400 })
  return read.map((batch) => batch.reduce((sum, n) => sum + n, 0))
}

test('reminding reads what it reminds, however many invitations there are', async () => {
  const read = await readAmong(3000)
  expect(read).toHaveLength(4)
  expect(Math.max(...read)).toBeLessThan(200 * 60)
})
