import { getCookie, setCookie } from 'hono/cookie'
import { type Sealed, sealFor, unsealBefore } from '../sealing'
import type { Request } from './request'

/** What a browser keeps between two pages and cannot read. */
export type SealedCookie = Extract<Sealed, 'sso-attempt' | 'sso-proof' | 'second-step' | 'passkey-challenge'>

const isSecure = (c: Request): boolean => c.var.ctx.settings.appUrl.startsWith('https://')

const nameOf = (c: Request, kind: SealedCookie): string =>
  isSecure(c) ? `__Host-usher-${kind}` : `usher-${kind}`

const write = (c: Request, kind: SealedCookie, sealed: string, expiresAt: number): void =>
  setCookie(c, nameOf(c, kind), sealed, {
    path: '/',
    httpOnly: true,
    secure: isSecure(c),
    sameSite: 'Lax',
    expires: new Date(expiresAt),
  })

/** Seals a value into the browser's cookie of that kind, in place of what was there; `expiresAt` in ms. */
export const writeSealed = async (
  c: Request,
  kind: SealedCookie,
  value: unknown,
  expiresAt: number,
): Promise<void> => write(c, kind, await sealFor(c.var.ctx.keys, kind, value, expiresAt), expiresAt)

/** What the browser was given, or null where it has nothing of that kind or its time is over. */
export const readSealed = <T>(c: Request, kind: SealedCookie): Promise<T | null> =>
  unsealBefore<T>(c.var.ctx.keys, kind, getCookie(c, nameOf(c, kind)) ?? null, c.var.ctx.now)

export const clearSealed = (c: Request, kind: SealedCookie): void => write(c, kind, '', 0)
