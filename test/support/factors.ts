import { Secret, TOTP } from 'otpauth'
import { type Authenticator, createAuthenticator, type Faults } from './authenticator'
import { freshChange, PASSWORD, type Person } from './cast'
import { elements, texts } from './html'
import { hidden, type Visit, type World } from './world'

/** A browser as far as these tests need one: it keeps every cookie that it is given. */
export const createBrowser = (world: World, cookie: string | null = null) => {
  const jar = new Map<string, string>(cookie ? [['usher', cookie]] : [])
  const visit = async (path: string, visit: Omit<Visit, 'cookie'> = {}): Promise<Response> => {
    const sent = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await world.fetch(path, {
      ...visit,
      headers: { ...visit.headers, ...(sent && { Cookie: sent }) },
    })
    for (const set of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = set.split(';')
      const [name = '', value = ''] = pair.split('=')
      const isOver = attributes.some(
        (one) =>
          /^ ?expires=/i.test(one) && new Date(one.slice(one.indexOf('=') + 1)).getTime() <= world.clock.now,
      )
      if (isOver || value === '') jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }
  return { jar, visit, session: () => jar.get('usher') ?? null }
}

export type Browser = ReturnType<typeof createBrowser>

/** What a page asks the browser's passkeys, of the kind that is meant. */
export const optionsIn = async (html: string, kind: 'create' | 'get'): Promise<string> => {
  const [press] = await elements(html, `[data-passkey=${kind}]`)
  if (!press) throw new Error(`The page asks for no passkey (${kind})`)
  return press.attributes['data-options'] ?? ''
}

/** Adds a passkey through its page; the fields stand in for what the page would send. */
export const addPasskey = async (
  browser: Browser,
  authenticator: Authenticator,
  fields: Record<string, string> = {},
  faults: Faults = {},
): Promise<Response> => {
  const html = await (await browser.visit('/account/passkeys/new')).text()
  const registration = await authenticator.create(await optionsIn(html, 'create'), faults)
  return browser.visit('/account/passkeys/new', {
    form: {
      change: hidden(html, 'change'),
      name: 'Phone',
      current: PASSWORD,
      registration,
      ...fields,
    },
  })
}

/** Somebody signed in in a browser of theirs, with a passkey. */
export const withPasskey = async (world: World, who: Person) => {
  const browser = createBrowser(world, who.cookie)
  const authenticator = await createAuthenticator()
  const added = await addPasskey(browser, authenticator)
  if (added.status !== 303) throw new Error(`No passkey was added: ${added.status}`)
  return { browser, authenticator }
}

/** Signs in with a passkey on a sign-in page. */
export const passkeySignIn = async (
  browser: Browser,
  authenticator: Authenticator,
  path = '/sign-in',
  faults: Faults = {},
): Promise<Response> => {
  const html = await (await browser.visit(path)).text()
  const credential = await authenticator.get(await optionsIn(html, 'get'), faults)
  const fields = Object.fromEntries(
    (await elements(html, 'form[action="/sign-in/passkey"] input')).map(({ attributes }) => [
      attributes.name ?? '',
      attributes.value ?? '',
    ]),
  )
  return browser.visit('/sign-in/passkey', { form: { ...fields, credential } })
}

/** The code that an authenticator app with this key shows at a moment. */
export const codeAt = (secret: string, at: number): string =>
  new TOTP({
    secret: Secret.fromBase32(secret.replaceAll(' ', '')),
    algorithm: 'SHA1',
    digits: 6,
    period: 30,
  }).generate({
    timestamp: at,
  })

/** Sets an authenticator app up through its page; hands over its key and the recovery codes. */
export const setUpApp = async (
  world: World,
  browser: Browser,
  fields: Record<string, string> = {},
): Promise<{ response: Response; secret: string; codes: string[] }> => {
  const html = await (await browser.visit('/account/authenticator')).text()
  const [secret = ''] = await texts(html, 'code.secret')
  const response = await browser.visit('/account/authenticator', {
    form: {
      change: hidden(html, 'change'),
      sealed: hidden(html, 'sealed'),
      code: codeAt(secret, world.clock.now),
      current: PASSWORD,
      ...fields,
    },
  })
  return { response, secret, codes: await texts(await response.clone().text(), '[data-code]') }
}

/** Somebody signed in in a browser of theirs, with an authenticator app; the next code is another one. */
export const withApp = async (world: World, who: Person) => {
  const browser = createBrowser(world, who.cookie)
  const { secret, codes } = await setUpApp(world, browser)
  if (codes.length === 0) throw new Error('No authenticator app was set up')
  world.clock.now += 60_000
  return { browser, secret, codes }
}

/** Takes the second step in a browser whose password was right. */
export const takeStep = (browser: Browser, fields: Record<string, string>): Promise<Response> =>
  browser.visit('/sign-in/second-step', { form: { change: freshChange(), ...fields } })

/** Signs in with a password, in a browser of its own. */
export const passwordSignIn = (
  browser: Browser,
  address: string,
  path = '/sign-in',
  fields: Record<string, string> = {},
): Promise<Response> => browser.visit(path, { form: { address, password: PASSWORD, ...fields } })
