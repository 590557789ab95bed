import { describe, expect, it } from 'vitest'
import { addApiKey, addMember, freshChange, newAccount } from '../support/cast'
import { everyRow } from '../support/dump'
import { replacing } from '../support/holding'
import { texts } from '../support/html'
import {
  accept,
  acceptAsNew,
  invited,
  JANE,
  joining,
  open,
  resendAndMail,
  signingIn,
} from '../support/invitee'
import { DAY_BEFORE, HALF, remindAt, remindersOf } from '../support/reminders'
import { rows, run, tokenIn, type World } from '../support/world'

const members = () => rows('select 1 from member m join user u on u.id = m.user_id where u.address = ?', JANE)

/** What each does to Ada Admin, who invited Jane. */
const LOSSES: [string, string][] = [
  ['removed', 'delete from member where user_id = ?'],
  ['deactivated', "update member set status = 'inactive' where user_id = ?"],
  ['made a member', "update member set role = 'member' where user_id = ?"],
  ['given a role that is gone', "update member set role = 'no-such-role' where user_id = ?"],
]

const refused = async (world: World, link: string, token: string) => {
  const page = await open(world, link)
  expect(page.heading).toBe('Ask for a new invitation')
  expect(page.text).toContain(
    'The invitation from Ada Admin can no longer be accepted. Ask another admin of Acme',
  )
  expect(page.fields).toEqual([])
  const before = await everyRow()
  const answer = await acceptAsNew(world, token)
  expect(answer.status).toBe(409)
  expect(await answer.text()).toContain('Ask for a new invitation')
  expect(await everyRow()).toEqual(before)
}

describe('an invitation whose inviter may no longer grant its role', () => {
  it.each(LOSSES)('is not accepted once they were %s, and the invitee reads whom to ask', async (_, loss) => {
    const { world, admin, link, token } = await invited()
    await run(loss, admin.id)
    await refused(world, link, token)
    expect(await members()).toEqual([])
  })

  it('is not accepted once its role holds more than the inviter does', async () => {
    const { world, acme, link, token } = await invited()
    await run(
      "insert into role (id, organization_id, name, permissions, created_at) values ('auditor', ?, 'Auditor', ?, 0)",
      acme.id,
      '["organization:read","api_key:manage"]',
    )
    await run("update invitation set role = 'auditor'")
    await refused(world, link, token)
  })

  it('is accepted where a role of the organization’s own still holds enough', async () => {
    const { world, acme, admin, token } = await invited()
    await run(
      "insert into role (id, organization_id, name, permissions, created_at) values ('host', ?, 'Host', ?, 0)",
      acme.id,
      '["organization:read","member:read","member:manage"]',
    )
    await run("update member set role = 'host' where user_id = ?", admin.id)
    expect((await acceptAsNew(world, token)).status).toBe(303)
  })

  it('is not accepted by the inviter’s place or role in another organization', async () => {
    const { world, globex, admin, link, token } = await invited()
    await addMember(globex, admin, 'owner')
    await run('delete from member where user_id = ? and organization_id <> ?', admin.id, globex.id)
    await refused(world, link, token)
  })

  it('is neither joined nor signed in to by somebody with an account', async () => {
    const { world, admin, outsider, token } = await invited()
    await run('update user set address = ?, typed_address = ? where id = ?', JANE, JANE, outsider.id)
    await run('delete from member where user_id = ?', admin.id)
    expect((await accept(world, signingIn(token))).status).toBe(409)
    expect((await accept(world, joining(token), { cookie: outsider.cookie })).status).toBe(409)
  })

  it('is refused by the batch itself where they lost it while the invitee pressed', async () => {
    const { world, admin, token } = await invited()
    const db = world.env.DB
    let trips = 0
    world.env.DB = replacing(db, {
      batch: async (statements: D1PreparedStatement[]) => {
        trips += 1
        if (trips === 2) await run("update member set role = 'member' where user_id = ?", admin.id)
        return db.batch(statements)
      },
    })
    const answer = await acceptAsNew(world, token)
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('Ask for a new invitation')
    expect(await members()).toEqual([])
  })

  it('is accepted again once somebody who may has sent it again and answers for it', async () => {
    const { world, admin, owner } = await invited()
    await run("update member set status = 'inactive' where user_id = ?", admin.id)
    const { token } = await resendAndMail(world, owner)
    expect((await acceptAsNew(world, token)).status).toBe(303)
    expect(await members()).toHaveLength(1)
  })

  it('is accepted again once they may grant it again', async () => {
    const { world, admin, token } = await invited()
    await run("update member set status = 'inactive' where user_id = ?", admin.id)
    expect((await acceptAsNew(world, token)).status).toBe(409)
    await run("update member set status = 'active' where user_id = ?", admin.id)
    expect((await acceptAsNew(world, token)).status).toBe(303)
  })
})

describe('an invitation that an API key sent', () => {
  const sentByKey = async () => {
    const { world, acme } = await invited()
    const key = await addApiKey(acme)
    await world.fetch('/api/v1/invitations', {
      headers: { Authorization: `Bearer ${key}` },
      json: { addresses: ['kim@example.com'] },
    })
    await world.drain()
    return { world, token: tokenIn(world.mails.findLast(({ to }) => to === 'kim@example.com')) }
  }
  const answer = async (world: World, token: string) => (await accept(world, newAccount(token))).status

  it('is accepted while the key lives and may grant the role', async () => {
    const { world, token } = await sentByKey()
    expect(await answer(world, token)).toBe(303)
  })

  it.each([
    ['revoked', 'update api_key set revoked_at = 1'],
    ['narrowed to reading', "update api_key set access = 'read'"],
    ['given a lesser role', "update api_key set role = 'member'"],
  ])('is not accepted once the key was %s', async (_, loss) => {
    const { world, token } = await sentByKey()
    await run(loss)
    expect(await answer(world, token)).toBe(409)
  })
})

describe('its invitee', () => {
  it('is not reminded of what they could not accept, and is again once somebody answers for it', async () => {
    const { world, admin } = await invited()
    await run("update member set status = 'inactive' where user_id = ?", admin.id)
    expect(await remindAt(world, HALF)).toEqual([])
    expect(await remindersOf(JANE)).toMatchObject({ reminders_sent: 0, remind_at: DAY_BEFORE })
    await run("update member set status = 'active' where user_id = ?", admin.id)
    expect(await remindAt(world, DAY_BEFORE)).toMatchObject([{ to: JANE }])
  })
})

describe('admins', () => {
  const page = async (world: World, path: string, who: { cookie: string }) =>
    (await world.fetch(path, { cookie: who.cookie })).text()
  const WHY = 'Ada Admin was deactivated and may no longer grant Member.'

  it('read why in the row, on its page and on the overview, and that whoever resends answers for it', async () => {
    const { world, admin, owner } = await invited()
    await run("update member set status = 'inactive' where user_id = ?", admin.id)
    const [{ id } = { id: '' }] = await rows<{ id: string }>('select id from invitation')
    expect(
      await texts(await page(world, '/o/acme/invitations', owner), '[data-label=Status] .reason'),
    ).toEqual(['Cannot be accepted: inviter inactive'])
    for (const path of [`/o/acme/invitations/${id}`, '/o/acme']) {
      const text = (await texts(await page(world, path, owner), 'main')).join(' ')
      expect({ path, text }).toMatchObject({ text: expect.stringContaining(WHY) })
      expect(text).toContain('Resend it to answer for it yourself.')
    }
    expect(await texts(await page(world, '/o/acme', owner), '.attention .badge')).toEqual([
      'Cannot be accepted',
    ])

    await resendAndMail(world, owner)
    for (const path of ['/o/acme/invitations', `/o/acme/invitations/${id}`, '/o/acme'])
      expect(await page(world, path, owner)).not.toMatch(/may no longer grant|annot be accepted/)
  })

  it('who may not grant the role themselves read that somebody has to', async () => {
    const { world, acme, admin, viewer } = await invited({}, { role: 'admin' })
    await run(
      "insert into role (id, organization_id, name, permissions, created_at) values ('host', ?, 'Host', ?, 0)",
      acme.id,
      '["organization:read","member:read","member:manage"]',
    )
    await run("update member set role = 'host' where user_id in (?, ?)", admin.id, viewer.id)
    const text = await page(world, '/o/acme', viewer)
    expect(text).toContain('Ada Admin may no longer grant Admin.')
    expect(text).toContain('Somebody who may grant it has to resend it.')
  })

  it('find in the API why it cannot be accepted', async () => {
    const { world, acme, admin } = await invited()
    await run('delete from member where user_id = ?', admin.id)
    const key = await addApiKey(acme)
    const list = await world.fetch('/api/v1/invitations', { headers: { Authorization: `Bearer ${key}` } })
    expect(await list.json()).toMatchObject({ data: [{ inviter_lost: 'removed', status: 'pending' }] })
  })

  it('are told nothing of what has ended or expired, which nobody could accept anyway', async () => {
    const { world, admin, owner } = await invited()
    await run('delete from member where user_id = ?', admin.id)
    await run('update invitation set expires_at = ?', world.clock.now)
    expect(await page(world, '/o/acme/invitations', owner)).not.toContain('Cannot be accepted')
    expect(await page(world, '/o/acme', owner)).not.toContain('Cannot be accepted')
  })

  it('are told before they remove, deactivate or demote somebody how many invitations that stops', async () => {
    const { world, admin, owner } = await invited()
    const member = `/o/acme/members/${admin.id}`
    expect(await page(world, `${member}/remove`, owner)).toContain(
      'The outstanding invitation they sent can then not be accepted until somebody resends it.',
    )
    const shown = await page(world, member, owner)
    expect(shown).toContain('The outstanding invitation they sent can then not be accepted')
    expect(shown).toContain(
      'With a role that may not grant theirs, the invitation they sent cannot be accepted',
    )
  })

  it('are told after deactivating somebody, and nothing where they had sent none', async () => {
    const { world, admin, member, owner } = await invited()
    const deactivate = async (id: string) => {
      const answer = await world.fetch(`/o/acme/members/${id}/deactivate`, {
        cookie: owner.cookie,
        form: { change: freshChange() },
        headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial' },
      })
      return answer.text()
    }
    expect(await deactivate(admin.id)).toContain(
      'Ada Admin deactivated. The outstanding invitation they sent cannot be accepted until somebody resends it.',
    )
    expect(await deactivate(member.id)).not.toContain('outstanding')
    const shown = await page(world, `/o/acme/members/${admin.id}`, owner)
    expect(shown).toContain(
      'The outstanding invitation they sent cannot be accepted until somebody resends it.',
    )
  })
})
