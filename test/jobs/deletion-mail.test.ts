import { beforeEach, describe, expect, test } from 'vitest'
import type { OutgoingMail } from '../../src/outbound/mail'
import { HOUR } from '../../src/rules/dates'
import { addCast, type Cast } from '../support/cast'
import { counting } from '../support/counting'
import { ask, confirm, deletionToken, look, undo } from '../support/deletion'
import { recording, shapesOfToken } from '../support/evidence'
import { logged } from '../support/faults'
import { elements, texts } from '../support/html'
import { seen } from '../support/invitee'
import { deliveriesTo, inviteAndHold, takeMessages } from '../support/mail'
import { createWorld, rows, run, START, type World } from '../support/world'

const OLD = 'the root secret that was, of 43 characters.'
const NEW = 'the root secret that is now, 43 characters.'
const OLGA = 'olga.owner@acme.test'

let world: World
let cast: Cast
beforeEach(async () => {
  logged()
  world = createWorld({ ROOT_SECRET: OLD })
  cast = await addCast()
})

const askAndHold = async () => {
  await ask(world, cast.owner)
  return takeMessages(world)
}
const headingOf = async (of: World, mail: OutgoingMail | undefined) =>
  (await seen(await look(of, deletionToken(mail), { cookie: cast.owner.cookie }))).heading

/** A mail whose first attempt is not taken, and what it carried. */
const retried = async () => {
  const messages = await askAndHold()
  const tried: OutgoingMail[] = []
  world.provider.answer = (mail) => {
    tried.push(mail)
    return { kind: 'retry', reason: 'Busy.', afterSeconds: null }
  }
  await world.consume(messages)
  return { messages, first: tried[0] }
}

describe('the mail to confirm a deletion', () => {
  test('says in HTML and text what is asked, what follows and until when, with one link', async () => {
    await world.consume(await askAndHold())
    const [mail] = world.mails
    const link = `http://localhost:8787/delete-organization?token=${deletionToken(mail)}`
    expect(await texts(mail?.html ?? '', 'h1')).toEqual(['Delete Acme?'])
    expect((await elements(mail?.html ?? '', 'a')).map(({ attributes }) => attributes.href)).toEqual([
      link,
      link,
    ])
    const [body = ''] = await texts(mail?.html ?? '', 'body')
    for (const words of [
      'You asked to delete the organization Acme',
      'every owner has seven days to undo it',
      'The link works until Mar 1, 2026, 13:00 UTC',
      'If you did not ask for this',
    ]) {
      expect(body).toContain(words)
      expect(mail?.text).toContain(words)
    }
  })

  test('goes with invitations in one batch of two trips', async () => {
    const messages = [
      ...(await inviteAndHold(world, cast.owner, 'jane@example.com')),
      ...(await askAndHold()),
    ]
    expect(await counting(world).costOf(() => world.consume(messages))).toEqual({ d1: 2, mail: 2 })
    expect(world.mails.map(({ subject }) => subject)).toEqual([
      'Olga Owner invites you to join Acme',
      'Confirm that Acme is to be deleted',
    ])
  })

  test('is shown by the mailbox among the others', async () => {
    await world.drain()
    await world.consume(await askAndHold())
    const headers = { Accept: 'application/json' }
    const { data } = await (await world.fetch('/mailbox', { headers })).json<{
      data: { id: string; link: string }[]
    }>()
    expect(data).toMatchObject([{ to: OLGA, state: 'sent', subject: 'Confirm that Acme is to be deleted' }])
    expect(data[0]?.link).toContain(deletionToken(world.mails[0]))
    for (const part of ['html', 'text'])
      expect(await (await world.fetch(`/mailbox/${data[0]?.id}/${part}`)).text()).toContain(
        '/delete-organization',
      )
  })

  test('carries the same link with every attempt', async () => {
    const { messages, first } = await retried()
    world.provider.answer = () => ({ kind: 'sent', providerId: null })
    world.clock.now += 60_000
    await world.consume(messages)
    expect(world.mails).toEqual([first])
  })

  const cancelled = async (messages: Awaited<ReturnType<typeof askAndHold>>, reason: string) => {
    const before = world.mails.length
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(world.mails).toHaveLength(before)
    expect((await deliveriesTo(OLGA))[0]).toMatchObject({ state: 'cancelled', reason })
  }

  test('does not leave any more when the deletion was asked for again', async () => {
    const messages = await askAndHold()
    await ask(world, cast.owner)
    await cancelled(messages, 'The deletion was asked for again')
  })

  test('does not leave any more when its link has run out', async () => {
    const messages = await askAndHold()
    world.clock.now = START + HOUR
    await cancelled(messages, 'The deletion was no longer asked for')
  })

  test('does not leave again when the deletion was confirmed by a copy of it', async () => {
    const messages = await askAndHold()
    await world.consume(messages)
    await run("update delivery set state = 'queued', reason = null")
    await confirm(world, cast.owner, deletionToken(world.mails[0]))
    await cancelled(messages, 'The deletion was no longer asked for')
  })

  test('is enqueued again when the queue has lost it', async () => {
    await askAndHold()
    world.clock.now += 6 * 60_000
    await world.cron('* * * * *')
    await world.drain()
    expect(await headingOf(world, world.mails[0])).toBe('Delete Acme?')
  })

  test('carries a link of the current secret when its own is gone, and that one alone works', async () => {
    const { messages, first } = await retried()
    const after = createWorld({ ROOT_SECRET: NEW })
    after.clock.now += 60_000
    expect(await counting(after).costOf(() => after.consume(messages))).toEqual({ d1: 3, mail: 1 })
    expect(await headingOf(after, after.mails[0])).toBe('Delete Acme?')
    expect(await headingOf(after, first)).toBe('Invalid link')
    const during = createWorld({ ROOT_SECRET: NEW, ROOT_SECRET_PREVIOUS: OLD })
    expect(await headingOf(during, first)).toBe('Replaced by a newer mail')
  })

  test('of a kind that this release does not know is left for the one that does', async () => {
    const messages = await askAndHold()
    await run("update delivery set kind = 'of_a_later_release'")
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(await rows('select state, attempts from delivery')).toEqual([{ state: 'queued', attempts: 0 }])
    expect((await world.fetch('/mailbox')).status).toBe(200)
  })
})

test('the link is nowhere but in the mail and in the answers to who holds it', async () => {
  const record = recording(world)
  await ask(world, cast.owner)
  await world.drain()
  const token = deletionToken(world.mails[0])
  await look(world, token, { cookie: cast.owner.cookie })
  await confirm(world, cast.owner, token)
  await undo(world, cast.owner)
  await world.fetch('/o/acme/settings/deletion', { cookie: cast.owner.cookie })
  expect(record.wasGiven(token)).toBe(true)
  expect(record.found(shapesOfToken(token))).toEqual(['answer of /delete-organization'])
})
