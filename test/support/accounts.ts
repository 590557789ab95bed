import type { OutgoingMail } from '../../src/outbound/mail'
import { freshChange, PASSWORD, type Person } from './cast'
import { rows, type Visit, type World } from './world'

export const FRESH = 'a fresh phrase that nobody guesses'

/** Asks for a link that sets a new password. */
export const forgot = (
  world: World,
  address: string,
  fields: Record<string, string> = {},
  path = '/forgot-password',
  visit: Visit = {},
): Promise<Response> => world.fetch(path, { ...visit, form: { address, change: freshChange(), ...fields } })

/** The newest mail to an address, once what is queued has gone. */
export const mailTo = async (world: World, address: string): Promise<OutgoingMail> => {
  await world.drain()
  const mail = world.mails.findLast(({ to }) => to === address)
  if (!mail) throw new Error(`No mail went to ${address}`)
  return mail
}

/** Where the link in a mail leads, with the query it has. */
export const wayIn = (
  mail: OutgoingMail | undefined,
): { link: string; token: string; invitation: string } => {
  const link = /https?:\/\/\S+\?token=\S+/.exec(mail?.text ?? '')?.[0]
  if (!link) throw new Error('There is no secret link in this mail')
  const { searchParams } = new URL(link)
  return {
    link,
    token: searchParams.get('token') ?? '',
    invitation: searchParams.get('invitation') ?? '',
  }
}

/** Asks, and hands over what the mail leads to. */
export const forgotAndMail = async (
  world: World,
  address: string,
  fields: Record<string, string> = {},
  path = '/forgot-password',
) => {
  await forgot(world, address, fields, path)
  return wayIn(await mailTo(world, address))
}

/** What somebody sends who sets a new password by the link `token`. */
export const setting = (token: string, fields: Record<string, string> = {}) => ({
  token,
  password: FRESH,
  confirmation: FRESH,
  change: freshChange(),
  ...fields,
})

export const reset = (world: World, form: Record<string, string>, visit: Visit = {}): Promise<Response> =>
  world.fetch('/reset-password', { ...visit, form })

/** Asks for another address as the page of one’s account does. */
export const askAddress = (
  world: World,
  who: Person,
  address: string,
  fields: Record<string, string> = {},
  visit: Visit = {},
): Promise<Response> =>
  world.fetch('/account/address', {
    cookie: who.cookie,
    ...visit,
    form: { address, addressPassword: PASSWORD, change: freshChange(), ...fields },
  })

export const confirmAddress = (
  world: World,
  cookie: string | null,
  token: string,
  change = freshChange(),
): Promise<Response> => world.fetch('/confirm-address', { cookie, form: { token, change } })

export const changePassword = (
  world: World,
  who: Person,
  fields: Record<string, string> = {},
): Promise<Response> =>
  world.fetch('/account/password', {
    cookie: who.cookie,
    form: { current: PASSWORD, password: FRESH, confirmation: FRESH, change: freshChange(), ...fields },
  })

/** The actions written down of an account, in their order. */
export const eventsOf = async (person: Person): Promise<string[]> =>
  (
    await rows<{ action: string }>(
      'select action from audit_event where target_id = ? and organization_id is null order by rowid',
      person.id,
    )
  ).map(({ action }) => action)

export const sessionsOf = (person: Person) => rows('select hash from session where user_id = ?', person.id)
