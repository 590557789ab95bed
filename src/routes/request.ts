import type { Context as HonoContext } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Env } from '../bindings'
import type { Context, OrganizationContext } from '../context'
import { type Language, languageOf, preferredLanguage } from '../rules/languages'
import { sessionHash } from '../usecases/sessions'

export type AppEnv = { Bindings: Env; Variables: { ctx: Context; org: OrganizationContext } }
export type Request = HonoContext<AppEnv>

/** A posted form as text; a missing field reads as empty, a file as nothing. */
export const readForm = async (c: Request) => {
  const data = await c.req.formData().catch(() => new FormData())
  const all = (name: string) =>
    data.getAll(name).filter((value): value is string => typeof value === 'string')
  return { text: (name: string) => all(name)[0] ?? '', all }
}

/** Whether htmx asks for the changing part of a page alone. */
export const wantsPartial = (c: Request): boolean => c.req.header('HX-Request-Type') === 'partial'

/**
 * The language of a page for whoever was sent a mail: what their browser asks for, where it is one of ours, else
 * what the mail was written in.
 */
export const pageLanguage = (c: Request): ((written?: string | null) => Language) => {
  const preferred = preferredLanguage(c.req.header('Accept-Language'))
  c.header('Vary', 'Accept-Language')
  return (written) => preferred ?? languageOf(written)
}

/** Minted with each form, so that pressing it twice is one change. */
export const mintChange = (): string => crypto.randomUUID()

/** Safari drops Secure cookies on http://localhost, so there the name is a plain one. */
const cookieName = (c: Request): string =>
  c.var.ctx.settings.appUrl.startsWith('https://') ? '__Host-usher' : 'usher'

export const readSessionCookie = (c: Request): string | null => getCookie(c, cookieName(c)) ?? null

/** What the browser's session is known by, whether it still lives or not. */
export const readSessionHash = (c: Request): string | null => {
  const cookie = readSessionCookie(c)
  return cookie ? sessionHash(cookie) : null
}

export const writeSessionCookie = (
  c: Request,
  session: { secret: string; expiresAt: number } | null,
): void => {
  const secure = c.var.ctx.settings.appUrl.startsWith('https://')
  setCookie(c, cookieName(c), session?.secret ?? '', {
    path: '/',
    httpOnly: true,
    secure,
    sameSite: 'Lax',
    expires: new Date(session?.expiresAt ?? 0),
  })
}

/** The network a request comes from: an IPv4 address, or the /64 of an IPv6 one. */
export const networkOf = (c: Request): string => {
  const address = c.req.header('CF-Connecting-IP') ?? 'local'
  if (!address.includes(':')) return address
  const [front = [], back = []] = address.split('::').map((part) => (part ? part.split(':') : []))
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  const groups = [...front, ...zeros, ...back].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

/** The longest User-Agent that is kept. */
const USER_AGENT = 300

/** Browser and place of a request, as far as they say: `{ userAgent: 'Mozilla/5.0 …', place: 'Lisbon, PT' }`. */
export const deviceOf = (c: Request): { userAgent: string; place: string } => {
  const { city, country } = (c.req.raw as { cf?: { city?: unknown; country?: unknown } }).cf ?? {}
  const known = [city, country].filter((part): part is string => typeof part === 'string' && part !== '')
  return { userAgent: (c.req.header('User-Agent') ?? '').slice(0, USER_AGENT), place: known.join(', ') }
}
