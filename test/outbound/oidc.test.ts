import { beforeEach, describe, expect, test } from 'vitest'
import { type KnownProviders, openIdConnect } from '../../src/outbound/oidc'
import type { OidcClient, OidcFault } from '../../src/rules/oidc'
import { CLIENT_ID, CLIENT_SECRET, createIdp, createProviders, type Idp, ISSUER } from '../support/idp'

const START = Date.UTC(2026, 2, 1, 12)
const REDIRECT = 'https://usher.example/sso/callback/connection-1'
const CLIENT: OidcClient = {
  issuer: ISSUER,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  redirectUri: REDIRECT,
}
const SCOPE = 'openid email profile'

let idp: Idp
let known: KnownProviders
let now: number
const oidcOf = (local = false) =>
  openIdConnect({ local, fetch: (input, init) => idp.fetch(input, init), now: () => now, known })

beforeEach(() => {
  now = START
  known = new Map()
  idp = createIdp(() => now)
})

const begun = async (client = CLIENT, extra?: Record<string, string>) => {
  const start = await oidcOf().begin(client, { scope: SCOPE, ...(extra && { extra }) })
  if (!start.ok) throw new Error(start.fault.detail)
  return start
}

/** A whole round trip; `change` sets the provider up between its halves. */
const signIn = async (change: Partial<Idp> = {}, client = CLIENT) => {
  const { url, attempt } = await begun(client)
  Object.assign(idp, change)
  return oidcOf().finish(client, attempt, await idp.approve(url))
}

const faultOf = (result: { ok: boolean } & Partial<{ fault: OidcFault }>): OidcFault => {
  if (!result.fault) throw new Error('There was no fault')
  return result.fault
}

const asked = (endpoint: string) => idp.requests.filter(({ url }) => url.endsWith(endpoint)).length

describe('a round trip', () => {
  test('asks for a code with PKCE, state and nonce, and for nothing that the extra parameters could overrule', async () => {
    const { url, attempt } = await begun(CLIENT, { login_hint: 'jane@acme.test', client_id: 'another' })
    const { origin, pathname, searchParams } = new URL(url)
    expect(origin + pathname).toBe(`${ISSUER}/authorize`)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT,
      scope: SCOPE,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge_method: 'S256',
      login_hint: 'jane@acme.test',
    })
    expect(url).not.toContain(attempt.verifier)
    expect(url).not.toContain(encodeURIComponent(CLIENT_SECRET))
  })

  test('answers with what the provider says of the person', async () => {
    idp.person.hd = 'Acme.test'
    expect(await signIn()).toEqual({
      ok: true,
      claims: {
        issuer: ISSUER,
        subject: 'jane-at-acme',
        address: 'jane@acme.test',
        addressVerified: true,
        name: 'Jane Roe',
        firstName: 'Jane',
        lastName: 'Roe',
        hostedDomain: 'acme.test',
        directoryId: null,
      },
      tokens: { accessToken: expect.any(String), refreshToken: 'refresh-1' },
    })
  })

  test('shows the secret as the provider’s document says', async () => {
    const posted = () => idp.requests.filter(({ url }) => url.endsWith('/token')).at(-1)
    await signIn()
    expect(posted()?.headers.get('Authorization')).toMatch(/^Basic /)
    expect(posted()?.form.has('client_secret')).toBe(false)
    known.clear()
    idp.document = { token_endpoint_auth_methods_supported: ['client_secret_post'] }
    expect((await signIn()).ok).toBe(true)
    expect(posted()?.headers.has('Authorization')).toBe(false)
    expect(posted()?.form.get('client_secret')).toBe(CLIENT_SECRET)
  })

  test('asks UserInfo only where the ID token has no address, and for the same person', async () => {
    await signIn()
    expect(asked('/userinfo')).toBe(0)
    const { email, email_verified, ...rest } = idp.person
    const without = await signIn({
      claims: { email: undefined, email_verified: undefined },
      userinfo: { ...rest, email, email_verified: 'true' },
    })
    expect(without).toMatchObject({ ok: true, claims: { address: 'jane@acme.test', addressVerified: true } })
    expect(asked('/userinfo')).toBe(1)
    idp.userinfo = { sub: 'somebody-else', email: 'boss@acme.test', email_verified: true }
    expect(faultOf(await signIn())).toMatchObject({
      code: 'answer_forged',
      detail: expect.stringContaining('sub'),
    })
  })

  test.each([
    ['says nothing of it', { email_verified: undefined }, null],
    ['says no', { email_verified: false }, false],
    ['says no in text', { email_verified: 'false' }, false],
    ['says yes in text', { email_verified: 'true' }, true],
    ['is not Microsoft and says what Microsoft would', { email_verified: undefined, xms_edov: true }, null],
  ])('takes an address whose provider %s as verified: %j %s', async (_, claims, verified) => {
    idp.claims = claims
    expect(await signIn()).toMatchObject({ ok: true, claims: { addressVerified: verified } })
  })

  test('reads Microsoft’s own claims from Microsoft alone', async () => {
    const issuer = 'https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0'
    idp = createIdp(() => now, issuer)
    idp.claims = { oid: 'directory-id', xms_edov: 1, email_verified: undefined }
    expect(await signIn({}, { ...CLIENT, issuer })).toMatchObject({
      ok: true,
      claims: { directoryId: 'directory-id', addressVerified: true },
    })
  })
})

describe('what does not come from this provider for this sign-in is refused, and named:', () => {
  test.each<[what: string, change: Partial<Idp>, code: OidcFault['code'], detail: RegExp]>([
    ['a token for another client', { claims: { aud: 'shop' } }, 'answer_forged', /“shop” \(aud\)/],
    ['a token for many', { claims: { aud: [CLIENT_ID, 'shop'] } }, 'answer_forged', /aud/],
    ['a token given to another', { claims: { azp: 'shop' } }, 'answer_forged', /“shop” \(azp\)/],
    ['another nonce', { claims: { nonce: 'of-before' } }, 'answer_forged', /nonce/],
    ['no nonce', { claims: { nonce: undefined } }, 'answer_forged', /nonce/],
    ['another issuer', { claims: { iss: 'https://evil.test' } }, 'answer_forged', /evil\.test” \(iss\)/],
    ['an old token', { claims: { exp: START / 1000 - 60 } }, 'answer_stale', /exp/],
    ['a token not yet valid', { claims: { nbf: START / 1000 + 600 } }, 'answer_stale', /nbf/],
    ['a token without a signature', { signing: 'none' }, 'answer_forged', /not signed/],
    ['a signature by the client’s secret', { signing: 'client_secret' }, 'answer_forged', /not signed/],
    ['a signature by a stranger’s key', { signing: 'foreign_key' }, 'answer_forged', /not signed/],
    ['no ID token', { tokens: { id_token: undefined } }, 'answer_forged', /id_token/],
    [
      'an answer of another provider',
      { callback: { iss: 'https://evil.test' } },
      'answer_forged',
      /another provider/,
    ],
    ['an answer that does not say whose', { callback: { iss: undefined } }, 'answer_forged', /iss/],
    ['another state', { callback: { state: 'of-before' } }, 'answer_stale', /state/],
    ['no state', { callback: { state: undefined } }, 'answer_stale', /state/],
    ['a code of somewhere else', { callback: { code: 'made-up' } }, 'answer_stale', /code/],
    ['another secret', { clientSecret: 'renewed' }, 'client_refused', /client ID and secret/],
  ])('%s', async (_, change, code, detail) => {
    expect(faultOf(await signIn(change))).toMatchObject({
      code,
      detail: expect.stringMatching(detail),
      remedy: expect.stringMatching(/\w/),
    })
  })

  test('“none” and HS256 stay refused where the provider announces them', async () => {
    idp.document = { id_token_signing_alg_values_supported: ['none', 'HS256', 'RS256'] }
    for (const signing of ['none', 'client_secret'] as const)
      expect(faultOf(await signIn({ signing })).code).toBe('answer_forged')
  })

  test('a code that was taken before', async () => {
    const { url, attempt } = await begun()
    const back = await idp.approve(url)
    expect((await oidcOf().finish(CLIENT, attempt, back)).ok).toBe(true)
    expect(faultOf(await oidcOf().finish(CLIENT, attempt, back))).toMatchObject({ code: 'answer_stale' })
  })

  test('a code that another browser’s attempt asked for', async () => {
    const [mine, theirs] = [await begun(), await begun()]
    const back = await idp.approve(theirs.url)
    back.searchParams.set('state', mine.attempt.state)
    expect(faultOf(await oidcOf().finish(CLIENT, mine.attempt, back))).toMatchObject({ code: 'answer_stale' })
  })

  test('parameters that stand twice', async () => {
    const { url, attempt } = await begun()
    const back = await idp.approve(url)
    back.searchParams.append('code', 'another')
    expect((await oidcOf().finish(CLIENT, attempt, back)).ok).toBe(false)
  })
})

describe('keys', () => {
  test('are asked for once, and again when the provider signs with a new one', async () => {
    await signIn()
    await signIn()
    expect(asked('/keys')).toBe(1)
    idp.rotate()
    expect((await signIn()).ok).toBe(true)
    expect(asked('/keys')).toBe(2)
    expect((await signIn()).ok).toBe(true)
    expect(asked('/keys')).toBe(2)
  })

  test('are not taken from one provider for another', async () => {
    const providers = createProviders(() => now)
    const [acme, globex] = [providers.add(ISSUER), providers.add('https://id.globex.test')]
    const oidc = openIdConnect({ local: false, fetch: providers.fetch, now: () => now, known })
    for (const one of [acme, globex]) {
      const client = { ...CLIENT, issuer: one.issuer }
      const start = await oidc.begin(client, { scope: SCOPE })
      if (!start.ok) throw new Error(start.fault.detail)
      expect(await oidc.finish(client, start.attempt, await one.approve(start.url))).toMatchObject({
        ok: true,
        claims: { issuer: one.issuer },
      })
    }
  })
})

describe('a provider that does not answer as it should', () => {
  test.each<[Idp['fault'], OidcFault['code'], RegExp]>([
    ['down', 'unreachable', /id\.acme\.test could not be reached/],
    ['slow', 'unreachable', /did not answer in time/],
    ['error', 'unreachable', /\(500\)/],
    ['oversized', 'not_a_provider', /more than anybody reads/],
    ['not_json', 'not_a_provider', /./],
    ['redirect', 'not_a_provider', /redirect \(302\)/],
  ])('%s: is named at every endpoint', async (fault, code, detail) => {
    idp.fault = fault
    const expected = { code, detail: expect.stringMatching(detail) }
    expect(faultOf(await oidcOf().discover(ISSUER))).toMatchObject(expected)
    expect(faultOf(await oidcOf().begin(CLIENT, { scope: SCOPE }))).toMatchObject(expected)
    idp.fault = null
    for (const at of ['token', 'keys'] as const) {
      known.clear()
      const result = await signIn({ faultAt: at, fault })
      expect(faultOf(result)).toMatchObject({ code })
      idp.fault = null
    }
  })

  test('is given up after its time', async () => {
    const silent = openIdConnect({
      local: false,
      known,
      patience: 20,
      fetch: (_, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
        }),
    })
    expect(faultOf(await silent.discover(ISSUER))).toMatchObject({
      detail: expect.stringContaining('in time'),
    })
  })

  test('its refusals are told in its words, in one line, shortened and without the secret', async () => {
    const { attempt } = await begun()
    const back = new URL(REDIRECT)
    const said = `Ask\u202e your\nadmin. ${CLIENT_SECRET} ${'x'.repeat(500)}`
    const parameters = { error: 'access_denied', error_description: said, state: attempt.state, iss: ISSUER }
    for (const [name, value] of Object.entries(parameters)) back.searchParams.set(name, value)
    const { code, detail } = faultOf(await oidcOf().finish(CLIENT, attempt, back))
    expect(code).toBe('declined')
    expect(detail).toContain('“access_denied: Ask your admin. … xxx')
    expect(detail).not.toContain(CLIENT_SECRET)
    expect(detail.length).toBeLessThan(300)
  })

  test.each<[string, OidcFault['code']]>([
    ['temporarily_unavailable', 'unreachable'],
    ['invalid_scope', 'client_refused'],
    ['login_required', 'declined'],
    ['made_up', 'unexpected'],
  ])('its error %s is the fault %s', async (error, code) => {
    const { attempt } = await begun()
    const back = new URL(`${REDIRECT}?${new URLSearchParams({ error, state: attempt.state, iss: ISSUER })}`)
    expect(faultOf(await oidcOf().finish(CLIENT, attempt, back)).code).toBe(code)
  })
})

describe('discovery', () => {
  test('answers what the provider calls itself, and looks every time', async () => {
    expect(await oidcOf().discover(ISSUER)).toEqual({ ok: true, issuer: ISSUER })
    idp.document = { issuer: `${ISSUER}/` }
    expect(await oidcOf().discover(ISSUER)).toEqual({ ok: true, issuer: `${ISSUER}/` })
  })

  test('nobody is sent to a provider that calls itself otherwise, be it by a slash', async () => {
    idp.document = { issuer: `${ISSUER}/` }
    expect(faultOf(await oidcOf().begin(CLIENT, { scope: SCOPE }))).toMatchObject({
      code: 'issuer_differs',
      detail: expect.stringContaining(`“${ISSUER}/”`),
    })
  })

  test.each([
    ['authorization_endpoint', 'https://10.0.0.1/authorize'],
    ['authorization_endpoint', 'javascript:alert(1)'],
    ['token_endpoint', 'http://id.acme.test/token'],
    ['token_endpoint', 'https://metadata.internal/token'],
    ['jwks_uri', 'https://localhost/keys'],
    ['jwks_uri', undefined],
  ])('refuses %s %s, and nothing is ever asked there', async (endpoint, address) => {
    idp.document = { [endpoint]: address }
    expect(faultOf(await oidcOf().discover(ISSUER))).toMatchObject({
      code: 'not_a_provider',
      detail: expect.stringContaining(endpoint),
    })
    const start = await oidcOf().begin(CLIENT, { scope: SCOPE })
    if (start.ok)
      expect(faultOf(await oidcOf().finish(CLIENT, start.attempt, await idp.approve(start.url))).code).toBe(
        'not_a_provider',
      )
    expect(idp.requests.every(({ url }) => url.startsWith(ISSUER))).toBe(true)
  })

  test.each([
    'http://id.acme.test',
    'https://127.0.0.1',
    'https://[::1]',
    'https://0x7f000001',
    'https://localhost:4000',
    'https://router.lan',
    'https://intranet',
  ])('asks nothing of %s', async (issuer) => {
    expect(faultOf(await oidcOf().discover(issuer)).code).toBe('not_a_provider')
    expect(idp.requests).toEqual([])
  })

  test('a provider on this machine counts in development', async () => {
    idp = createIdp(() => now, 'http://localhost:4000')
    expect((await oidcOf(true).discover('http://localhost:4000')).ok).toBe(true)
    expect((await oidcOf(true).discover('http://192.168.0.1')).ok).toBe(false)
    expect((await oidcOf(false).discover('http://localhost:4000')).ok).toBe(false)
  })
})

describe('refreshing', () => {
  test('gives a new access token', async () => {
    expect(await oidcOf().refresh(CLIENT, 'refresh-1')).toEqual({
      ok: true,
      tokens: { accessToken: expect.any(String), refreshToken: null },
    })
  })

  test('tells what has expired from what went wrong', async () => {
    expect(await oidcOf().refresh(CLIENT, 'refresh-0')).toEqual({ ok: false, expired: true })
    idp.clientSecret = 'renewed'
    expect(await oidcOf().refresh(CLIENT, 'refresh-1')).toMatchObject({
      ok: false,
      expired: false,
      fault: { code: 'client_refused' },
    })
  })
})
