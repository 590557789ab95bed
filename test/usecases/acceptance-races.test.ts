import { describe, expect, it } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { addAccount, invite, newAccount } from '../support/cast'
import { everyLink } from '../support/dump'
import { logged } from '../support/faults'
import { interleaved, merges } from '../support/interleaving'
import {
  accept,
  decline,
  invited,
  JANE,
  joining,
  openings,
  resend,
  revoke,
  signingIn,
} from '../support/invitee'
import { createWorld, rows, run, type World } from '../support/world'

type Stage = Awaited<ReturnType<typeof invited>>

/** What somebody else does meanwhile, in how many trips, and the status it leaves when it comes first. */
type Rival = { trips: number; leaves: string; press: (world: World, stage: Stage) => Promise<unknown> }
const RIVALS: Record<string, Rival> = {
  revoke: { trips: 1, leaves: 'revoked', press: (world, { admin }) => revoke(world, admin) },
  resend: { trips: 2, leaves: 'pending', press: (world, { owner }) => resend(world, owner) },
  decline: { trips: 1, leaves: 'declined', press: (world, { token }) => decline(world, token) },
  'renewal just after expiry': {
    trips: 2,
    leaves: 'pending',
    press: (world, { admin }) => {
      world.clock.now += 7 * DAY
      return invite(world, admin, JANE)
    },
  },
  'sweep just after expiry': {
    trips: 1,
    leaves: 'expired',
    press: (world) => {
      logged()
      world.clock.now += 7 * DAY
      return world.cron('*/5 * * * *')
    },
  },
}

const WAYS = ['new', 'sign_in', 'join'] as const
const formFor = async (way: (typeof WAYS)[number], token: string) => {
  if (way === 'new') return { form: newAccount(token), cookie: null }
  const { cookie } = await addAccount('Jane Doe', JANE)
  return way === 'join' ? { form: joining(token), cookie } : { form: signingIn(token), cookie: null }
}

/** Everything there is of Jane, as a race has left it. */
const aftermath = async () => {
  const [invitation] = await rows<{ id: string; status: string; generation: number; accepted_by: string }>(
    'select id, status, generation, accepted_by from invitation where address = ?',
    JANE,
  )
  const events = await rows<{ action: string }>(
    'select action from audit_event where target_id = ? order by rowid',
    invitation?.id,
  )
  const ofJane = (table: string) =>
    rows<{ user_id: string }>(
      `select user_id from ${table} t join user u on u.id = t.user_id where u.address = ?`,
      JANE,
    )
  return {
    invitation,
    events: events.map(({ action }) => action),
    deliveries: await rows(
      "select generation, state from delivery where kind = 'invitation' order by generation",
    ),
    accounts: await rows<{ id: string }>('select id from user where address = ?', JANE),
    members: await ofJane('member'),
    sessions: await ofJane('session'),
  }
}

const TURNS = Object.entries(RIVALS).flatMap(([name, rival]) =>
  WAYS.flatMap((way) =>
    merges(2, rival.trips).map((order) => ({
      name,
      way,
      order,
      shown: order.map((who) => (who === 0 ? 'accept' : 'rival')).join(', '),
      // The last trip of each is its commit.
      acceptFirst: order.lastIndexOf(0) < order.lastIndexOf(1),
    })),
  ),
)

describe('accepting while somebody else acts has one winner and leaves nothing of the loser’s:', () => {
  it.each(TURNS)(
    '$name against $way, trips in the order $shown',
    async ({ name, way, order, acceptFirst }) => {
      const stage = await invited()
      await run("update delivery set state = 'queued'")
      const { form, cookie } = await formFor(way, stage.token)
      const before = await aftermath()
      const rival = RIVALS[name]
      let messages: World['messages'] = []
      const [answer] = await interleaved<unknown>(order, [
        (DB) => accept(createWorld({ DB }), form, { cookie }),
        (DB) => {
          const world = createWorld({ DB })
          messages = world.messages
          return Promise.resolve(rival?.press(world, stage))
        },
      ])

      const { invitation, events, deliveries, accounts, members, sessions } = await aftermath()
      expect(invitation?.status).toBe(acceptFirst ? 'accepted' : rival?.leaves)
      expect(answer instanceof Response && answer.status).toBe(acceptFirst ? 303 : 409)
      expect(answer instanceof Response && answer.headers.has('Set-Cookie')).toBe(
        acceptFirst && way !== 'join',
      )
      const isNewer = invitation?.status === 'pending'
      expect(invitation?.generation).toBe(isNewer ? 2 : 1)
      // Of a decline the inviter is told.
      expect(messages).toHaveLength(isNewer || invitation?.status === 'declined' ? 1 : 0)
      expect(deliveries).toEqual([
        { generation: 1, state: invitation?.status === 'expired' ? 'queued' : 'cancelled' },
        ...(isNewer ? [{ generation: 2, state: 'queued' }] : []),
      ])
      expect(events).toEqual([
        'invitation.sent',
        isNewer
          ? expect.stringMatching(/^invitation\.(resent|renewed)$/)
          : `invitation.${invitation?.status}`,
      ])
      if (acceptFirst) {
        expect(accounts).toEqual([{ id: invitation?.accepted_by }])
        expect(members).toEqual([{ user_id: invitation?.accepted_by }])
        expect(sessions).toHaveLength(before.sessions.length + (way === 'join' ? 0 : 1))
      } else {
        expect(invitation?.accepted_by).toBeNull()
        expect({ accounts, members, sessions }).toEqual({
          accounts: before.accounts,
          members: [],
          sessions: before.sessions,
        })
      }
    },
  )
})

describe('accepting at the very moment of', () => {
  it.each(['revoke', 'resend', 'decline'])('a %s has one winner, time after time', async (name) => {
    const { world, admin } = await invited()
    for (let round = 0; round < 8; round++) {
      const address = `jane${round}@example.com`
      const { cookie } = await addAccount('Jane', address)
      await invite(world, admin, address)
      await world.drain()
      const { token } = openings(world.mails.findLast(({ to }) => to === address))
      const rivals: Record<string, () => Promise<Response>> = {
        revoke: () => revoke(world, admin, address),
        resend: () => resend(world, admin, address),
        decline: () => decline(world, token),
      }
      const presses = [() => accept(world, joining(token), { cookie }), () => rivals[name]?.()]
      const pressed = (round % 2 ? presses : presses.toReversed()).map((press) => press())
      const [answer] = await Promise.all(round % 2 ? pressed : pressed.toReversed())

      const [invitation] = await rows<{ status: string; generation: number }>(
        'select status, generation from invitation where address = ?',
        address,
      )
      const accepted = invitation?.status === 'accepted'
      expect(answer?.status).toBe(accepted ? 303 : 409)
      expect(
        await rows(
          'select 1 from member m join user u on u.id = m.user_id where u.address = ? and m.invitation_id is not null',
          address,
        ),
      ).toHaveLength(accepted ? 1 : 0)
      expect(invitation?.generation).toBe(invitation?.status === 'pending' ? 2 : 1)
    }
    const ends = Object.keys(await everyLink()).filter((key) => key.startsWith('end:'))
    expect(ends).toHaveLength(8)
  })
})
