import { describe, expect, it } from 'vitest'
import { addAccount, addMember, freshChange, newAccount } from '../support/cast'
import { interleaved, merges } from '../support/interleaving'
import { accept, acceptAsNew, invited, JANE, openings, seen, signingIn } from '../support/invitee'
import { cookieOf, createWorld, rows } from '../support/world'

/** Acme and Globex have both invited Jane, who has no account yet. */
const invitedTwice = async () => {
  const stage = await invited()
  const { world, globex, token } = stage
  const boss = await addMember(globex, await addAccount('Gil Globex', 'gil@globex.test'), 'owner')
  await world.fetch('/o/globex/invitations', {
    cookie: boss.cookie,
    form: { addresses: JANE, change: freshChange() },
  })
  await world.drain()
  return { world, tokens: [token, openings(world.mails.at(-1)).token] as const }
}

const places = () =>
  rows<{ slug: string }>(
    `select o.slug from member m join organization o on o.id = m.organization_id
      join user u on u.id = m.user_id where u.address = ? order by o.slug`,
    JANE,
  )

/** One is in with a new account; the other is asked to sign in with it, does, and is in as well. */
const expectOneAccount = async (tokens: readonly [string, string], answers: Response[]) => {
  const world = createWorld()
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
  const lost = answers.findIndex(({ status }) => status === 409)
  const loser = answers[lost] ?? new Response()
  expect(loser.headers.get('Set-Cookie')).toBeNull()
  const page = await seen(loser)
  expect(page.alert).toBe('There is an account with this address now. Sign in with it to accept.')
  expect(page.buttons[0]).toBe('Accept & sign in')
  expect(await rows('select id from user where address = ?', JANE)).toHaveLength(1)
  expect(await places()).toHaveLength(1)

  const password = newAccount('').password
  const second = await accept(world, signingIn(tokens[lost] ?? '', { password }))
  expect(second.status).toBe(303)
  expect(await places()).toEqual([{ slug: 'acme' }, { slug: 'globex' }])
  expect(await rows('select id from user where address = ?', JANE)).toHaveLength(1)
  for (const slug of ['acme', 'globex'])
    expect((await world.fetch(`/o/${slug}`, { cookie: cookieOf(second) })).status).toBe(200)
}

describe('two organizations whose invitations make the same new account at once', () => {
  const overlapping = merges(2, 2).filter(
    (order) => order.slice(0, 2).includes(0) && order.slice(0, 2).includes(1),
  )

  it.each(overlapping.map((order) => [order.join(''), order] as const))(
    'make one account, and the later one is asked to sign in (trips in the order %s)',
    async (_, order) => {
      const { tokens } = await invitedTwice()
      const answers = await interleaved(
        order,
        tokens.map((token) => (DB: D1Database) => acceptAsNew(createWorld({ DB }), token)),
      )
      await expectOneAccount(tokens, answers)
    },
  )

  it('do so when nobody arranges the order', async () => {
    const { world, tokens } = await invitedTwice()
    const answers = await Promise.all(tokens.map((token) => acceptAsNew(world, token)))
    await expectOneAccount(tokens, answers)
  })
})

describe('an invitee of two organizations', () => {
  it('joins the second with one press after the first', async () => {
    const { world, tokens } = await invitedTwice()
    const cookie = cookieOf(await acceptAsNew(world, tokens[0]))
    const joined = await accept(world, { token: tokens[1], way: 'join', change: freshChange() }, { cookie })
    expect(joined.status).toBe(303)
    expect(await places()).toEqual([{ slug: 'acme' }, { slug: 'globex' }])
  })

  it('declines one without losing the other', async () => {
    const { world, tokens } = await invitedTwice()
    await world.fetch('/decline-invitation', { form: { token: tokens[0] } })
    expect((await acceptAsNew(world, tokens[1])).status).toBe(303)
    expect(await places()).toEqual([{ slug: 'globex' }])
  })
})
