import { beforeEach, describe, expect, test } from 'vitest'
import { MINUTE } from '../../src/rules/dates'
import { sendInvitations } from '../../src/usecases/sending'
import { idOf, sendInput, withKey } from '../support/acting'
import {
  addAccount,
  addApiKey,
  addCast,
  addMember,
  type Cast,
  freshChange,
  inviteAndMail,
  newAccount,
} from '../support/cast'
import { ask, askAndMail, confirm, DELETION, undo } from '../support/deletion'
import { breakQueue, logged } from '../support/faults'
import { JANE } from '../support/invitee'
import { takeMessages } from '../support/mail'
import { addRole } from '../support/roles'
import { createWorld, rows, run, tokenIn, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  logged()
  world = createWorld()
  cast = await addCast()
})

const accept = (token: string, fields: Record<string, string> = {}) =>
  world.fetch('/accept-invitation', { form: newAccount(token, fields) })
const decline = (token: string) =>
  world.fetch('/decline-invitation', { form: { token, change: freshChange() } })
/** Invites Jane, lets her answer, and hands over the mails that tell of it. */
const told = async (answer: (token: string) => Promise<Response> = accept, who = cast.admin) => {
  const token = tokenIn(await inviteAndMail(world, who, JANE, { role: 'viewer' }))
  const before = world.mails.length
  await answer(token)
  await world.drain()
  return world.mails.slice(before)
}
const notices = () =>
  rows<{ subject_id: string; address: string; generation: number; quota_day: number | null }>(
    "select subject_id, address, generation, quota_day from delivery where kind = 'acceptance_notice' order by address",
  )
const setTold = (who: 'inviter' | 'admins' | 'nobody') =>
  run('update organization set told_on_acceptance = ?', who)

describe('when somebody joins', () => {
  test('who invited them gets one mail that says who, as what, and leads to the member', async () => {
    const mails = await told()
    expect(mails.map(({ to }) => to)).toEqual([cast.admin.address])
    const [mail] = mails
    expect(mail?.subject).toBe('Jane Doe joined Acme')
    expect(mail?.text).toContain('Jane Doe (jane@example.com) joined Acme as Viewer, invited by Ada Admin.')
    const [jane] = await rows<{ id: string }>('select id from user where address = ?', JANE)
    expect(mail?.text).toContain(`http://localhost:8787/o/acme/members/${jane?.id}`)
    expect(mail?.headers).toEqual({ 'Auto-Submitted': 'auto-generated' })
    const [event] = await rows<{ id: string }>(
      "select id from audit_event where action = 'invitation.accepted'",
    )
    expect(await notices()).toEqual([
      { subject_id: event?.id, address: cast.admin.address, generation: 1, quota_day: null },
    ])
  })

  test('all who manage members are told where the organization has it so, and nobody else', async () => {
    await setTold('admins')
    const role = await addRole(cast.acme, 'Host', ['organization:read', 'member:read', 'member:manage'])
    await addMember(cast.acme, await addAccount('Hal Host', 'hal@acme.test'), role)
    await addMember(cast.acme, await addAccount('Ian Inactive', 'ian@acme.test'), 'admin', 'inactive')
    const mails = await told(accept, cast.owner)
    expect(mails.map(({ to }) => to).sort()).toEqual([
      cast.admin.address,
      'hal@acme.test',
      cast.owner.address,
    ])
    expect(new Set(mails.map(({ id }) => id)).size).toBe(3)
  })

  test('nobody is told where the organization wants that', async () => {
    await setTold('nobody')
    expect(await told()).toEqual([])
  })

  test('who joined is not told of it, though they manage members now', async () => {
    await setTold('admins')
    const token = tokenIn(await inviteAndMail(world, cast.owner, JANE, { role: 'admin' }))
    const before = world.mails.length
    await accept(token)
    await world.drain()
    expect(
      world.mails
        .slice(before)
        .map(({ to }) => to)
        .sort(),
    ).toEqual([cast.admin.address, cast.owner.address])
  })

  test.each([
    ['inactive', "update member set status = 'inactive' where user_id = ?"],
    ['gone', 'delete from member where user_id = ?'],
  ])('an inviter who is %s by then is not told', async (_, change) => {
    const token = tokenIn(await inviteAndMail(world, cast.admin, JANE))
    await run(change, cast.admin.id)
    await accept(token)
    expect(await notices()).toEqual([])
  })

  test('an API key’s invitation tells nobody, unless the admins are told of all', async () => {
    const key = await addApiKey(cast.acme)
    const join = async (address: string) => {
      await withKey(world, key, (ctx) => sendInvitations(ctx, sendInput(address)))
      await world.drain()
      await accept(tokenIn(world.mails.at(-1)))
    }
    await join(JANE)
    expect(await notices()).toEqual([])
    await setTold('admins')
    await join('joe@example.com')
    expect((await notices()).map(({ address }) => address)).toEqual([cast.admin.address, cast.owner.address])
  })

  test('a resent invitation tells who resent it', async () => {
    await inviteAndMail(world, cast.admin, JANE)
    await world.fetch('/o/acme/invitations/resend', {
      cookie: cast.owner.cookie,
      form: { id: await idOf(JANE), change: freshChange() },
    })
    await world.drain()
    await accept(tokenIn(world.mails.at(-1)))
    expect((await notices()).map(({ address }) => address)).toEqual([cast.owner.address])
  })

  test('it is told once, however often it was pressed', async () => {
    const token = tokenIn(await inviteAndMail(world, cast.admin, JANE))
    const form = newAccount(token)
    await Promise.all([1, 2].map(() => world.fetch('/accept-invitation', { form })))
    await world.fetch('/accept-invitation', { form })
    await accept(token)
    await world.drain()
    expect(await notices()).toHaveLength(1)
    expect(world.mails.filter(({ subject }) => subject.includes('joined'))).toHaveLength(1)
  })

  test('a refused press tells nobody', async () => {
    const token = tokenIn(await inviteAndMail(world, cast.admin, JANE))
    expect((await accept(token, { confirmation: 'something else' })).status).toBe(422)
    expect(await notices()).toEqual([])
  })

  test('at most fifty are told', async () => {
    await setTold('admins')
    for (let n = 0; n < 52; n++)
      await addMember(cast.acme, await addAccount(`Admin ${n}`, `admin${n}@acme.test`), 'admin')
    await told()
    expect(await notices()).toHaveLength(50)
  })

  test('a queue that takes nothing loses no notice', async () => {
    const token = tokenIn(await inviteAndMail(world, cast.admin, JANE))
    const mend = breakQueue(world)
    expect((await accept(token)).status).toBe(303)
    mend()
    world.clock.now += 6 * MINUTE
    await world.cron('* * * * *')
    await world.drain()
    expect(world.mails.at(-1)?.subject).toBe('Jane Doe joined Acme')
  })

  test('a name that is not asked for is not said', async () => {
    await run("update organization set name_fields = 'none'")
    const [mail] = await told()
    expect(mail?.subject).toBe('jane@example.com joined Acme')
    expect(mail?.text).toContain('jane@example.com joined Acme as Viewer, invited by Ada Admin.')
  })
})

describe('when somebody declines', () => {
  test('the same are told, once, with the way to the invitation', async () => {
    const mails = await told(async (token) => {
      await decline(token)
      return decline(token)
    })
    expect(mails.map(({ to, subject }) => ({ to, subject }))).toEqual([
      { to: cast.admin.address, subject: 'jane@example.com declined to join Acme' },
    ])
    expect(mails[0]?.text).toContain(`http://localhost:8787/o/acme/invitations/${await idOf(JANE)}`)
    expect(mails[0]?.text).toContain('declined the invitation to join Acme as Viewer, sent by Ada Admin.')
  })

  test('nobody is told where the organization wants that', async () => {
    await setTold('nobody')
    expect(await told(decline)).toEqual([])
  })
})

describe('when a deletion is confirmed', () => {
  const second = async () => addMember(cast.acme, await addAccount('Oona Owner', 'oona@acme.test'), 'owner')

  test('every other active owner is told by whom, when it comes, and where to undo it', async () => {
    const oona = await second()
    await addMember(cast.acme, await addAccount('Ina', 'ina@acme.test'), 'owner', 'inactive')
    await confirm(world, cast.owner, await askAndMail(world, cast.owner))
    const before = world.mails.length
    await world.drain()
    const mails = world.mails.slice(before)
    expect(mails.map(({ to, subject }) => ({ to, subject }))).toEqual([
      { to: oona.address, subject: 'Acme is going to be deleted' },
    ])
    expect(mails[0]?.text).toContain('Olga Owner confirmed that the organization Acme is to be deleted')
    expect(mails[0]?.text).toContain('Mar 8, 2026, 12:00 UTC')
    expect(mails[0]?.text).toContain(`http://localhost:8787${DELETION}`)
    const page = await world.fetch(DELETION, { cookie: oona.cookie })
    expect(await page.text()).toContain('Undo')
  })

  test('a mail that has not left does not, once it is undone', async () => {
    await second()
    await confirm(world, cast.owner, await askAndMail(world, cast.owner))
    const held = takeMessages(world)
    await undo(world, cast.owner)
    const before = world.mails.length
    await world.consume(held)
    expect(world.mails).toHaveLength(before)
    expect(await rows("select state, reason from delivery where kind = 'deletion_notice'")).toEqual([
      { state: 'cancelled', reason: 'The deletion was undone' },
    ])
  })

  test('pressed twice it is told once; asked and undone again, it is told again', async () => {
    await second()
    const token = await askAndMail(world, cast.owner)
    const change = freshChange()
    await confirm(world, cast.owner, token, change)
    await confirm(world, cast.owner, token, change)
    await confirm(world, cast.owner, token)
    expect(await rows("select id from delivery where kind = 'deletion_notice'")).toHaveLength(1)
    await undo(world, cast.owner)
    await ask(world, cast.owner)
    await world.drain()
    const again = /delete-organization\?token=([\w-]+)/.exec(world.mails.at(-1)?.text ?? '')?.[1] ?? ''
    world.clock.now += 1000
    await confirm(world, cast.owner, again)
    expect(await rows("select id from delivery where kind = 'deletion_notice'")).toHaveLength(2)
  })
})
