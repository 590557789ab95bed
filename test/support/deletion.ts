import { v7 as uuid } from 'uuid'
import type { OutgoingMail } from '../../src/outbound/mail'
import { DAY } from '../../src/rules/dates'
import { type Company, freshChange, type Person } from './cast'
import { run, START, type Visit, type World } from './world'

export const DELETION = '/o/acme/settings/deletion'

/** An organization whose deletion was confirmed at the beginning of the test. */
export const confirmedDeletion = async (at: Company, by: Person): Promise<void> => {
  const id = uuid()
  await run(
    `insert into organization_deletion (id, organization_id, user_id, key_id, token_hash, expires_at, status, created_at)
      values (?, ?, ?, 'key', ?, ?, 'confirmed', ?)`,
    id,
    at.id,
    by.id,
    id,
    START,
    START,
  )
  await run('update organization set delete_at = ? where id = ?', START + 7 * DAY, at.id)
}

/** Asks for Acme's deletion through the page. */
export const ask = (world: World, who: Person, fields: Record<string, string> = {}): Promise<Response> =>
  world.fetch(DELETION, { cookie: who.cookie, form: { name: 'Acme', change: freshChange(), ...fields } })

export const undo = (world: World, who: Person, change = freshChange()): Promise<Response> =>
  world.fetch(`${DELETION}/undo`, { cookie: who.cookie, form: { change } })

/** The token in the mail that confirms a deletion. */
export const deletionToken = (mail: OutgoingMail | undefined): string => {
  const link = /https?:\/\/\S+\/delete-organization\?token=([\w-]+)/.exec(mail?.text ?? '')
  if (!link?.[1]) throw new Error('There is no link to confirm a deletion in this mail')
  return link[1]
}

/** Asks, and hands over the token that was mailed. */
export const askAndMail = async (world: World, who: Person): Promise<string> => {
  await ask(world, who)
  await world.drain()
  return deletionToken(world.mails.at(-1))
}

export const look = (world: World, token: string, visit: Visit = {}): Promise<Response> =>
  world.fetch(`/delete-organization?token=${token}`, visit)

export const confirm = (
  world: World,
  who: Person | null,
  token: string,
  change = freshChange(),
): Promise<Response> =>
  world.fetch('/delete-organization', { cookie: who?.cookie ?? null, form: { token, change } })
