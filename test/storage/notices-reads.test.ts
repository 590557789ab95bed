import { beforeEach, expect, test } from 'vitest'
import { addCast, inviteAndMail, newAccount } from '../support/cast'
import { counting } from '../support/counting'
import { logged } from '../support/faults'
import { JANE } from '../support/invitee'
import { seedMembers } from '../support/seed-members'
import { createWorld, rows, tokenIn } from '../support/world'

beforeEach(() => void logged())

test.each([
  ['inviter', 1],
  ['admins', 2],
  ['nobody', 0],
])('telling %s of an acceptance reads who is told, not everybody', async (told, mails) => {
  const world = createWorld()
  const { acme, admin } = await addCast({ told_on_acceptance: told })
  await seedMembers(acme, 2000)
  const token = tokenIn(await inviteAndMail(world, admin, JANE))
  const { rowsReadBy } = counting(world)
  const read = await rowsReadBy(() => world.fetch('/accept-invitation', { form: newAccount(token) }))
  expect(await rows("select id from delivery where kind = 'acceptance_notice'")).toHaveLength(mails)
  expect(read.at(-1)?.reduce((sum, n) => sum + n, 0)).toBeLessThan(120)
})
