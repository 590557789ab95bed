import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/rules/dates'
import { idOf, resend, revoke } from '../support/acting'
import { addAccount, addCast, addMember, type Cast, invite } from '../support/cast'
import { counting } from '../support/counting'
import { breakBatch, logged } from '../support/faults'
import { JANE } from '../support/invitee'
import { takeMessages } from '../support/mail'
import { createWorld, rows, run, START, type World } from '../support/world'

/** The Mondays after the Sunday on which tests begin. */
const MONDAY = Date.UTC(2026, 2, 2, 8)
const NEXT = MONDAY + 7 * DAY

let world: World
let cast: Cast
beforeEach(async () => {
  logged()
  world = createWorld()
  cast = await addCast({ expiry_digest: 1, invitation_lifetime: 3600 })
})

const digestAt = async () =>
  (await rows<{ digest_at: number | null }>("select digest_at from organization where slug = 'acme'"))[0]
    ?.digest_at
/** Lets the jobs run at a moment, and hands over the digests that left. */
const at = async (moment: number) => {
  world.clock.now = moment
  const before = world.mails.length
  await world.cron('*/5 * * * *')
  await world.drain()
  return world.mails.slice(before).filter(({ subject }) => subject.includes('expired last week'))
}
const plan = () => world.cron('17 * * * *')
const inviteAt = async (moment: number, addresses: string | string[]) => {
  world.clock.now = moment
  await invite(world, cast.admin, addresses)
  await world.drain()
}

describe('a digest', () => {
  test('is due on the Monday at eight after it was first wanted, by the organization’s clocks', async () => {
    await plan()
    expect(await digestAt()).toBe(MONDAY)
    await run("update organization set digest_at = null, time_zone = 'America/New_York'")
    await plan()
    expect(await digestAt()).toBe(Date.UTC(2026, 2, 2, 13))
  })

  test('tells who manages members what expired, who invited and when, and leads to the list', async () => {
    await plan()
    await inviteAt(START, [JANE, 'joe@example.com'])
    expect(await at(MONDAY - 1)).toEqual([])
    const mails = await at(MONDAY)
    expect(mails.map(({ to }) => to).sort()).toEqual([cast.admin.address, cast.owner.address])
    const [mail] = mails
    expect(mail?.subject).toBe('2 invitations to Acme expired last week')
    expect(mail?.text).toContain('- jane@example.com, invited by Ada Admin on Mar 1, 2026')
    expect(mail?.text).toContain('- joe@example.com, invited by Ada Admin on Mar 1, 2026')
    expect(mail?.text).toContain('http://localhost:8787/o/acme/invitations?tab=outstanding&sort=expires')
    expect(mail?.text).not.toContain('more.')
    expect(await digestAt()).toBe(NEXT)
  })

  test('tells each week what is of that week, and nothing where nothing expired', async () => {
    await plan()
    await inviteAt(START, JANE)
    expect(await at(MONDAY)).toHaveLength(2)
    await inviteAt(MONDAY + DAY, 'joe@example.com')
    const [mail] = await at(NEXT)
    expect(mail?.subject).toBe('One invitation to Acme expired last week')
    expect(mail?.text).toContain('joe@example.com')
    expect(mail?.text).not.toContain(JANE)
    expect(await at(NEXT + 7 * DAY)).toEqual([])
    expect(await digestAt()).toBe(NEXT + 14 * DAY)
  })

  test('does not tell of what was accepted, taken back or sent again meanwhile', async () => {
    await plan()
    await inviteAt(START, [JANE, 'joe@example.com', 'jim@example.com'])
    world.clock.now = START + 2 * HOUR
    await revoke(world, cast.admin, [await idOf('joe@example.com')])
    await run('update organization set invitation_lifetime = 604800')
    await resend(world, cast.admin, [await idOf('jim@example.com')])
    const [mail] = await at(MONDAY)
    expect(mail?.text).toContain(JANE)
    expect(mail?.text).not.toContain('joe@example.com')
    expect(mail?.text).not.toContain('jim@example.com')
  })

  test('names fifty and counts the rest', async () => {
    await plan()
    await inviteAt(
      START,
      Array.from({ length: 53 }, (_, n) => `jane${n}@example.com`),
    )
    const [mail] = await at(MONDAY)
    expect(mail?.subject).toBe('53 invitations to Acme expired last week')
    expect(mail?.text.match(/^- /gm)).toHaveLength(50)
    expect(mail?.text).toContain('And 3 more.')
    expect(mail?.html.length).toBeLessThan(100 * 1024)
  })

  test('goes to fifty at most, and to active members only', async () => {
    for (let n = 0; n < 51; n++)
      await addMember(cast.acme, await addAccount(`Admin ${n}`, `admin${n}@acme.test`), 'admin')
    await addMember(cast.acme, await addAccount('Ina', 'ina@acme.test'), 'owner', 'inactive')
    await plan()
    await inviteAt(START, JANE)
    const mails = await at(MONDAY)
    expect(mails).toHaveLength(50)
    expect(mails.map(({ to }) => to)).not.toContain('ina@acme.test')
  })

  test('is not sent any more where it is not wanted any more, nor by an organization that is deleted', async () => {
    await plan()
    await inviteAt(START, JANE)
    await run('update organization set expiry_digest = 0')
    expect(await at(MONDAY)).toEqual([])
    expect(await digestAt()).toBeNull()
    await run('update organization set expiry_digest = 1')
    world.clock.now = MONDAY + 1
    await plan()
    await inviteAt(MONDAY + DAY, 'joe@example.com')
    await run('update organization set delete_at = ?', NEXT)
    expect(await at(NEXT)).toEqual([])
  })

  test('that nobody sent for two weeks tells of both', async () => {
    await plan()
    await inviteAt(START, JANE)
    await inviteAt(MONDAY + DAY, 'joe@example.com')
    const [mail] = await at(NEXT + HOUR)
    expect(mail?.subject).toBe('2 invitations to Acme expired last week')
    expect(await digestAt()).toBe(NEXT + 7 * DAY)
  })
})

describe('the job', () => {
  test('sends once when it runs twice at once, and once where its answer was lost', async () => {
    await plan()
    await inviteAt(START, JANE)
    world.clock.now = MONDAY
    await Promise.all([world.cron('*/5 * * * *'), world.cron('*/5 * * * *')])
    await world.drain()
    const digests = () => rows("select id from delivery where kind = 'expiry_digest'")
    expect(await digests()).toHaveLength(2)

    await inviteAt(MONDAY + DAY, 'joe@example.com')
    world.clock.now = NEXT
    breakBatch(world, 4, 'answer')
    await world.cron('*/5 * * * *')
    await world.cron('*/5 * * * *')
    expect(await digests()).toHaveLength(4)
    world.clock.now += 6 * MINUTE
    await world.cron('* * * * *')
    await world.drain()
    expect(world.mails.filter(({ text }) => text.includes('joe@example.com')).map(({ to }) => to)).toContain(
      cast.owner.address,
    )
  })

  test('takes two trips more for twenty organizations', async () => {
    await plan()
    await inviteAt(START, JANE)
    world.clock.now = MONDAY
    const { costOf } = counting(world)
    expect(await costOf(() => world.cron('*/5 * * * *'))).toEqual({ d1: 4, sendBatch: 1 })
    expect(takeMessages(world)).toHaveLength(2)
  })
})
