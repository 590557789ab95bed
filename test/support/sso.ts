import { v7 as uuid } from 'uuid'
import type { ConnectionPreset } from '../../src/rules/sso'
import { deriveKeys } from '../../src/rules/tokens'
import { seal } from '../../src/sealing'
import type { Company } from './cast'
import { replacing } from './holding'
import { cookiesAfter, type Idp, roundTrip } from './idp'
import { run, START, type Visit, type World } from './world'

/** A company's connection to a provider of the world's, which people can sign in through; answers its id. */
export const connect = async (
  world: World,
  company: Company,
  { idp = world.idp, preset = 'other' as ConnectionPreset, enabled = true } = {},
): Promise<string> => {
  const id = uuid()
  const keys = deriveKeys(world.env.ROOT_SECRET ?? '')
  await run(
    `insert into connection (id, organization_id, preset, issuer, client_id, client_secret, enabled, created_at)
      values (?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    company.id,
    preset,
    idp.issuer,
    idp.clientId,
    await seal({ current: keys }, 'client-secret', idp.clientSecret),
    Number(enabled),
    START,
  )
  return id
}

/** Lets something happen before the `nth` batch from now on: when all has been read and is to be written. */
export const meddleBefore = (world: World, nth: number, meddle: () => Promise<unknown>): void => {
  const { DB } = world.env
  let batches = 0
  const batch: D1Database['batch'] = async (statements) => {
    batches++
    if (batches === nth) await meddle()
    return DB.batch(statements)
  }
  world.env.DB = replacing(DB, { batch })
}

/** The session that a jar of cookies has. */
export const sessionIn = (cookies: Readonly<Record<string, string>>): string | null => cookies.usher ?? null

/** Signs in at an organization by SSO, in a browser that has these cookies, as whom the provider has signed in. */
export const signInBySso = async (
  world: World,
  {
    slug = 'acme',
    cookies = {},
    next = '',
    idp = world.idp,
  }: {
    slug?: string
    cookies?: Readonly<Record<string, string>>
    next?: string
    idp?: Idp
  } = {},
) => {
  const path = `/o/${slug}/sign-in/sso${next && `?next=${encodeURIComponent(next)}`}`
  const trip = await roundTrip(world, path, { cookies }, idp)
  return { ...trip, to: trip.response.headers.get('Location'), session: sessionIn(trip.cookies) }
}

/** Sends the form of the page of linking, and answers where that leads and what the browser has afterwards. */
export const link = async (
  world: World,
  cookies: Readonly<Record<string, string>>,
  form: Record<string, string> = {},
  visit: Visit = {},
) => {
  const response = await world.fetch('/sso/link', { ...visit, cookies, form: { password: '', ...form } })
  const after = cookiesAfter(response, cookies)
  return { response, to: response.headers.get('Location'), cookies: after, session: sessionIn(after) }
}
