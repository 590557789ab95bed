import { beforeEach, expect, test } from 'vitest'
import { send } from '../support/acting'
import { addCast, type Cast } from '../support/cast'
import { createWorld, rows, run, START, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

/** A role whose row was written by a release that knew other permissions, in another order. */
const giveOddRole = async (permissions: string) => {
  await run(
    "insert into role (id, organization_id, name, permissions, created_at) values ('odd', ?, 'Odd', ?, ?)",
    cast.acme.id,
    permissions,
    START,
  )
  await run("update member set role = 'odd' where user_id = ?", cast.viewer.id)
}

test('a role written down by another release lets its holders act, and grants no more than is known', async () => {
  await giveOddRole('["member:manage","badge:print","organization:read"]')
  const [outcome] = await send(world, cast.viewer, 'jane@example.com', { role: 'odd' })
  expect(outcome).toMatchObject({ kind: 'invited' })
  expect(await rows('select role, role_name from invitation')).toEqual([{ role: 'odd', role_name: 'Odd' }])
})

test('who manages members opens the form that changes one, also where their role does not read the list', async () => {
  await giveOddRole('["organization:read","member:manage"]')
  await run("update member set role = 'odd' where user_id = ?", cast.member.id)
  const answer = await world.fetch(`/o/acme/members/${cast.member.id}/edit`, { cookie: cast.viewer.cookie })
  expect(answer.status).toBe(200)
})
