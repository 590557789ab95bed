import { beforeEach, describe, expect, it } from 'vitest'
import { HOUR } from '../../src/rules/dates'
import { sendTestMail, TESTS_PER_HOUR } from '../../src/usecases/test-mail'
import { as, refusalOf, withKey } from '../support/acting'
import { actor, target, written } from '../support/audit'
import { addApiKey, addCast, type Cast, freshChange, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { meddledDatabase } from '../support/meddling'
import { PRODUCTION } from '../support/settings'
import { createWorld, rows, run, START, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld(PRODUCTION)
  cast = await addCast()
})

const mail = {
  from: 'Acme <a@b.example>',
  to: 'else@example.com',
  subject: 'Test',
  html: '<p>',
  text: 'x',
  headers: {},
}
const test = (who: Person, { press = freshChange(), on = world } = {}) =>
  as(on, who, (ctx) => sendTestMail(ctx, { change: press, mail }))

describe('a test mail', () => {
  it('goes to who asks and to nobody else, with one event and nothing in the queue', async () => {
    world.provider.answer = () => ({ kind: 'sent', providerId: 'theirs' })
    const events = await written(async () =>
      expect(await test(cast.admin)).toEqual({ kind: 'accepted', id: 'theirs' }),
    )
    const [sent] = world.mails
    expect(world.mails).toMatchObject([{ ...mail, to: 'ada.admin@acme.test' }])
    expect(events).toEqual([
      {
        organization_id: cast.acme.id,
        action: 'mail.tested',
        ...actor('user', cast.admin.id, 'Ada Admin'),
        ...target('mail', sent?.id, 'ada.admin@acme.test'),
        at: START,
        detail: { provider: 'Test provider' },
      },
    ])
    expect(world.messages).toEqual([])
    expect(await rows('select id from delivery')).toEqual([])
  })

  it.each([
    ['refuses', { kind: 'failed' as const, reason: 'Resend answered 403: not verified' }],
    ['has no time', { kind: 'retry' as const, reason: 'Resend answered 429: slow down', afterSeconds: 60 }],
  ])('that the provider %s is answered with its words, and not tried again', async (_, result) => {
    world.provider.answer = () => result
    expect(await test(cast.admin)).toEqual({ kind: 'refused', answer: result.reason })
    expect(world.messages).toEqual([])
  })

  it('pressed twice, also at once, is sent once', async () => {
    const press = freshChange()
    const outcomes = await Promise.all([test(cast.admin, { press }), test(cast.admin, { press })])
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['accepted', 'repeated'])
    expect(world.mails).toHaveLength(1)
  })

  it('is limited for each person in an hour, also for those who press at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: TESTS_PER_HOUR + 2 }, () => test(cast.admin)))
    expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(TESTS_PER_HOUR)
    expect(outcomes.filter(({ kind }) => kind === 'limited')).toHaveLength(2)
    expect(await test(cast.owner)).toMatchObject({ kind: 'accepted' })
    world.clock.now += HOUR
    expect(await test(cast.admin)).toMatchObject({ kind: 'accepted' })
    expect(world.mails).toHaveLength(TESTS_PER_HOUR + 2)
  })

  it('costs two trips and one call', async () => {
    const { costOf } = counting(world)
    expect(await costOf(() => test(cast.admin))).toEqual({ d1: 2, mail: 1 })
  })
})

describe('who may', () => {
  const forbidden = { code: 'forbidden', permission: 'settings:manage' }
  it.each(['member', 'viewer'] as const)('is not a %s', async (who) => {
    const before = await everyRow()
    expect(await refusalOf(test(cast[who]))).toEqual(forbidden)
    expect(await everyRow()).toEqual(before)
    expect(world.mails).toEqual([])
  })

  it('is nobody who is demoted meanwhile', async () => {
    const DB = meddledDatabase(() =>
      run("update member set role = 'member' where user_id = ?", cast.admin.id),
    )
    const on = createWorld({ ...PRODUCTION, DB })
    expect(await refusalOf(test(cast.admin, { on }))).toEqual(forbidden)
    expect(on.mails).toEqual([])
  })

  it('is no API key, which has no inbox, and nobody of another organization', async () => {
    const pressed = (access: 'read' | 'write') => async () =>
      withKey(world, await addApiKey(cast.acme, 'admin', access), (ctx) =>
        sendTestMail(ctx, { change: 'x', mail }),
      )
    expect(await refusalOf(pressed('read')())).toEqual({ code: 'read_only_key' })
    expect(await refusalOf(pressed('write')())).toEqual(forbidden)
    expect(await refusalOf(test(cast.outsider))).toEqual({ code: 'not_found' })
    expect(world.mails).toEqual([])
  })
})
