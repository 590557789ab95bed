import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import docs from '../../docs/policies.md?raw'
import { type InvitationPolicies, invitationPolicies } from '../../src/policies/registry'
import { send } from '../support/acting'
import { addApiKey, addCast, type Cast, invite } from '../support/cast'
import { texts } from '../support/html'
import { createWorld, rows, run, type World } from '../support/world'
import { registerOwn } from './own-example'
import ownExample from './own-example?raw'
import subscriptionRequired from './subscription-required?raw'

// The worked example of docs/policies.md, on a table of the deployment's own.

/** The first block of SQL in the docs. */
const TABLE = /```sql\n(.*?);?\n```/s.exec(docs)?.[1] ?? ''

beforeAll(() => run(TABLE))
afterAll(() => run('drop table subscription'))

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
  const { create, resend, accept, revoke } = invitationPolicies
  const untilTheEnd: InvitationPolicies = {
    create: {
      ...create,
      register: (policy) => {
        const takeOut = create.register(policy)
        onTestFinished(takeOut)
        return takeOut
      },
    },
    ...{ resend, accept, revoke },
  }
  registerOwn(untilTheEnd)
})

const subscribe = (status: string, to = cast.acme) =>
  run('insert into subscription (organization_id, plan, status) values (?, ?, ?)', to.id, 'team', status)

const JANE = 'jane@example.com'
const REQUIRED = {
  kind: 'policy_denied',
  denial: { code: 'subscription_required', remediation: 'Subscribe to a plan first.' },
}

test('the docs quote this very code', () => {
  for (const source of [subscriptionRequired, ownExample])
    expect(docs).toContain(source.replaceAll('../../src/policies/', './').trim())
})

test('without a subscription nobody is invited, and the form says why and what to do', async () => {
  expect(await send(world, cast.admin, [JANE, 'joe@example.com'])).toMatchObject([REQUIRED, REQUIRED])
  const html = await (await invite(world, cast.admin, JANE)).text()
  expect(await texts(html, '.failures .why')).toEqual([
    'An active subscription is required to invite members. Subscribe to a plan first.',
  ])
  expect(await rows('select id from invitation')).toEqual([])
})

test('with one, active or on trial, everybody is; with one that has ended, nobody', async () => {
  await subscribe('trialing')
  expect(await send(world, cast.admin, JANE)).toMatchObject([{ kind: 'invited' }])
  await run("update subscription set status = 'canceled'")
  expect(await send(world, cast.admin, 'joe@example.com')).toMatchObject([REQUIRED])
  await run("update subscription set status = 'active'")
  expect(await send(world, cast.admin, 'joe@example.com')).toMatchObject([{ kind: 'invited' }])
})

test('another organization’s subscription counts for nothing here', async () => {
  await subscribe('active', cast.globex)
  expect(await send(world, cast.admin, JANE)).toMatchObject([REQUIRED])
})

test('the API answers code, detail and remedy for each address', async () => {
  const answer = await world.fetch('/api/v1/invitations', {
    headers: { Authorization: `Bearer ${await addApiKey(cast.acme)}` },
    json: { addresses: [JANE] },
  })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({
    sent: 0,
    data: [
      {
        address: JANE,
        outcome: 'policy_denied',
        reason: 'An active subscription is required to invite members. Subscribe to a plan first.',
        code: 'subscription_required',
        detail: 'An active subscription is required to invite members',
        remedy: 'Subscribe to a plan first.',
      },
    ],
  })
})
