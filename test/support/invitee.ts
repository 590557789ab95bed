import { Buffer } from 'node:buffer'
import type { Env } from '../../src/bindings'
import type { OutgoingMail } from '../../src/outbound/mail'
import { sha256 } from '../../src/rules/tokens'
import { idOf } from './acting'
import { addCast, freshChange, inviteAndMail, newAccount, PASSWORD, type Person } from './cast'
import { elements, texts } from './html'
import { createWorld, linkIn, tokenIn, type Visit, type World } from './world'

export const JANE = 'jane@example.com'

/** A world in which Ada Admin has invited Jane, and Jane's mail has come. The columns are Acme's settings. */
export const invited = async (
  columns: Record<string, string | number | null> = {},
  fields: Record<string, string | readonly string[]> = {},
  overrides: Partial<Env> = {},
) => {
  const world = createWorld(overrides)
  const cast = await addCast(columns)
  return { world, ...cast, ...openings(await inviteAndMail(world, cast.admin, JANE, fields)) }
}

/** What a mail opens. */
export const openings = (mail: OutgoingMail | undefined) => ({ link: linkIn(mail), token: tokenIn(mail) })

/** What rows and KV know a token by. */
export const hashOf = (token: string): string => sha256(Buffer.from(token, 'base64url'))

export const accept = (
  world: World,
  form: Record<string, string>,
  visit: Omit<Visit, 'form'> = {},
): Promise<Response> => world.fetch('/accept-invitation', { ...visit, form })

/** What an invitee sends who signs in on the page of their link. */
export const signingIn = (token: string, fields: Record<string, string> = {}) => ({
  token,
  way: 'sign_in',
  change: freshChange(),
  password: PASSWORD,
  ...fields,
})

/** What an invitee sends who is signed in already. */
export const joining = (token: string) => ({ token, way: 'join', change: freshChange() })

/** Makes an account through a link and hands over the answer. */
export const acceptAsNew = (world: World, token: string, fields: Record<string, string> = {}) =>
  accept(world, newAccount(token, fields))

export const decline = (world: World, token: string): Promise<Response> =>
  world.fetch('/decline-invitation', { form: { token, change: freshChange() } })

/** Presses Revoke in an invitation's row. */
export const revoke = async (world: World, who: Person, address = JANE, change = freshChange()) =>
  world.fetch('/o/acme/invitations/revoke', {
    cookie: who.cookie,
    form: { id: await idOf(address), change },
  })

/** Presses Resend in an invitation's row. */
export const resend = async (world: World, who: Person, address = JANE, change = freshChange()) =>
  world.fetch('/o/acme/invitations/resend', {
    cookie: who.cookie,
    form: { id: await idOf(address), change },
  })

/** Resends and hands over what the newer mail opens. */
export const resendAndMail = async (world: World, who: Person, address = JANE) => {
  await resend(world, who, address)
  await world.drain()
  return openings(world.mails.findLast(({ to }) => to === address))
}

/** What somebody sees of a page of a link: its heading, its fields, its buttons and links. */
export const seen = async (response: Response) => {
  const html = await response.text()
  const fields = await elements(html, 'main input:not([type=hidden])')
  return {
    html,
    heading: (await texts(html, 'main h1')).join(' | '),
    text: (await texts(html, 'main')).join(' '),
    fields: fields.map(({ attributes }) => attributes.name ?? attributes.id ?? ''),
    values: Object.fromEntries(
      fields.map(({ attributes: { name, id, value = '' } }) => [name ?? id ?? '', value]),
    ),
    buttons: await texts(html, 'main button'),
    links: await elements(html, 'main a'),
    alert: (await texts(html, '[role=alert]')).join(' | '),
    /** What stands beside each field that is wrong, where the field points to it. */
    errors: Object.fromEntries(
      await Promise.all(
        fields
          .filter(({ attributes }) => attributes['aria-invalid'] === 'true')
          .map(async ({ attributes: { name = '', 'aria-describedby': described = '' } }) => {
            const ids = described.split(' ').filter((id) => id.endsWith('-error'))
            const words = await Promise.all(ids.map((id) => texts(html, `#${id}`)))
            return [name, words.flat().join(' ')] as const
          }),
      ),
    ),
  }
}

/** Opens a link and says what is seen. */
export const open = async (world: World, link: string, cookie: string | null = null) =>
  seen(await world.fetch(link, { cookie }))
