import { expect, test } from 'vitest'
import { createApiKey } from '../../src/usecases/api-keys'
import { as, refusalOf } from '../support/acting'
import { addCast, freshChange } from '../support/cast'
import { meddledDatabase } from '../support/meddling'
import { addRole } from '../support/roles'
import { createWorld, rows, run } from '../support/world'

const making = async (meddle: (ids: { owner: string; role: string }) => Promise<unknown>) => {
  const { acme, owner } = await addCast()
  const role = await addRole(acme, 'Recruiter', ['member:manage'])
  const DB = meddledDatabase(() => meddle({ owner: owner.id, role }))
  const input = { name: 'Product', role, access: 'write', change: freshChange() }
  const refusal = await refusalOf(as(createWorld({ DB }), owner, (ctx) => createApiKey(ctx, input)))
  return { refusal, keys: await rows('select id from api_key') }
}

test('a key is not made with a role that gained permissions meanwhile, and its maker is told', async () => {
  const more = '["organization:read","member:manage","api_key:manage"]'
  expect(await making(({ role }) => run('update role set permissions = ? where id = ?', more, role))).toEqual(
    {
      refusal: { code: 'changed_meanwhile' },
      keys: [],
    },
  )
})

test('who is demoted while making a key is told that they may not', async () => {
  expect(
    await making(({ owner }) => run("update member set role = 'admin' where user_id = ?", owner)),
  ).toEqual({ refusal: { code: 'forbidden', permission: 'api_key:manage' }, keys: [] })
})
