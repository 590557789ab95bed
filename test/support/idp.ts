import {
  base64url,
  CompactSign,
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWK,
  UnsecuredJWT,
} from 'jose'
import type { Visit, World } from './world'

/** What an ID token says of somebody, besides what every token has. */
export type IdpPerson = Record<string, unknown> & { sub: string }

type Grant = { nonce: string | null; challenge: string | null; redirectUri: string; person: IdpPerson }
type Signing = 'its_key' | 'foreign_key' | 'none' | 'client_secret'

export const ISSUER = 'https://id.acme.test'
export const CLIENT_ID = 'usher-at-acme'
export const CLIENT_SECRET = 'a client secret: with/odd+characters~'

/** Made once: an RSA key takes a while. */
const pairs: Promise<GenerateKeyPairResult>[] = []
const pairOf = (number: number): Promise<GenerateKeyPairResult> => {
  pairs[number] ??= generateKeyPair('RS256', { extractable: true })
  return pairs[number]
}
const FOREIGN = 9

/**
 * An OpenID provider without a network. It is a stranger's: `person` is who signs in next, and everything that it
 * says and does can be changed between two calls. `approve` is the person's browser there.
 */
export const createIdp = (now: () => number, issuer = ISSUER) => {
  const grants = new Map<string, Grant>()
  let key = 0
  const idp = {
    issuer,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    person: {
      sub: 'jane-at-acme',
      email: 'jane@acme.test',
      email_verified: true,
      name: 'Jane Roe',
      given_name: 'Jane',
      family_name: 'Roe',
    } as IdpPerson,
    /** Laid over the claims of ID tokens; what is undefined is left out. */
    claims: {} as Record<string, unknown>,
    /** Laid over the discovery document. */
    document: {} as Record<string, unknown>,
    /** Laid over what the browser comes back with. */
    callback: {} as Record<string, string | undefined>,
    /** Laid over the answer of the token endpoint. */
    tokens: {} as Record<string, unknown>,
    /** What the UserInfo endpoint says; the person where this is null. */
    userinfo: null as Record<string, unknown> | null,
    signing: 'its_key' as Signing,
    /** Down: nothing answers. Slow: the caller gives up. Otherwise an answer of that kind. */
    fault: null as null | 'down' | 'slow' | 'error' | 'oversized' | 'not_json' | 'redirect',
    /** Of which endpoints the fault is; all of them without. */
    faultAt: null as null | 'discovery' | 'keys' | 'token' | 'userinfo',
    /** Whether a code is taken more than once. */
    replays: false,
    requests: [] as { url: string; headers: Headers; form: URLSearchParams }[],
    /** Signs with another key from now on, and publishes that one alone. */
    rotate: () => {
      key += 1
    },
    /** The person signs in there and the browser comes back: from the URL it was sent to, the callback's. */
    approve: async (sentTo: string | null): Promise<URL> => {
      const asked = new URL(sentTo ?? '')
      const parameter = (name: string) => asked.searchParams.get(name)
      if (asked.origin !== new URL(issuer).origin)
        throw new Error(`Sent to ${asked.origin}, not to ${issuer}`)
      if (parameter('client_id') !== idp.clientId) throw new Error('Another client was named')
      if (parameter('response_type') !== 'code') throw new Error('No code was asked for')
      if (parameter('code_challenge_method') !== 'S256') throw new Error('PKCE is missing')
      const redirectUri = parameter('redirect_uri') ?? ''
      const code = crypto.randomUUID()
      grants.set(code, {
        nonce: parameter('nonce'),
        challenge: parameter('code_challenge'),
        redirectUri,
        person: { ...idp.person },
      })
      const back = new URL(redirectUri)
      const answer = { code, state: parameter('state') ?? undefined, iss: issuer, ...idp.callback }
      for (const [name, value] of Object.entries(answer))
        if (value !== undefined) back.searchParams.set(name, value)
      return back
    },
    fetch: async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      const request = new Request(input, init)
      const form = new URLSearchParams(new TextDecoder().decode(await request.arrayBuffer()))
      idp.requests.push({ url: request.url, headers: request.headers, form })
      const endpoint = endpointOf(request.url)
      const strange = idp.faultAt === null || idp.faultAt === endpoint ? faulty() : null
      if (strange) return strange
      if (endpoint === 'discovery') return Response.json({ ...documentOf(), ...idp.document })
      if (endpoint === 'keys') return Response.json({ keys: [await publicKey()] })
      if (endpoint === 'userinfo') return Response.json(idp.userinfo ?? idp.person)
      return tokenAnswer(request, form)
    },
  }

  const documentOf = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  })

  const endpointOf = (url: string) => {
    const { pathname } = new URL(url)
    if (pathname.endsWith('/.well-known/openid-configuration')) return 'discovery'
    if (pathname.endsWith('/keys')) return 'keys'
    return pathname.endsWith('/userinfo') ? 'userinfo' : 'token'
  }

  const faulty = (): Response | null => {
    switch (idp.fault) {
      case null:
        return null
      case 'down':
        throw new TypeError('Network connection lost.')
      case 'slow':
        throw new DOMException('The operation was aborted due to timeout', 'TimeoutError')
      case 'error':
        return new Response('Internal error', { status: 500 })
      case 'oversized':
        return Response.json({ padding: 'x'.repeat(300 * 1024) })
      case 'not_json':
        return new Response('<title>Welcome</title>', { headers: { 'Content-Type': 'text/html' } })
      case 'redirect':
        return new Response(null, { status: 302, headers: { Location: 'https://elsewhere.test/' } })
    }
  }

  const publicKey = async (): Promise<JWK> => ({
    ...(await exportJWK((await pairOf(key)).publicKey)),
    kid: `key-${key}`,
    alg: 'RS256',
    use: 'sig',
  })

  /** As the token endpoint was told who asks, by header or in the form. */
  const isClient = (request: Request, form: URLSearchParams): boolean => {
    const basic = /^Basic (.+)$/.exec(request.headers.get('Authorization') ?? '')?.[1]
    const [id, secret] = basic
      ? atob(basic)
          .split(':')
          .map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
      : [form.get('client_id'), form.get('client_secret')]
    return id === idp.clientId && secret === idp.clientSecret
  }

  const idToken = async (grant: Pick<Grant, 'nonce' | 'person'>): Promise<string> => {
    const seconds = Math.floor(now() / 1000)
    const claims = {
      iss: issuer,
      aud: idp.clientId,
      iat: seconds,
      exp: seconds + 300,
      ...(grant.nonce !== null && { nonce: grant.nonce }),
      ...grant.person,
      ...idp.claims,
    }
    if (idp.signing === 'none') return new UnsecuredJWT(claims).encode()
    const payload = new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    if (idp.signing === 'client_secret')
      return payload
        .setProtectedHeader({ alg: 'HS256', kid: `key-${key}` })
        .sign(new TextEncoder().encode(idp.clientSecret))
    const pair = await pairOf(idp.signing === 'foreign_key' ? FOREIGN : key)
    return payload.setProtectedHeader({ alg: 'RS256', kid: `key-${key}` }).sign(pair.privateKey)
  }

  const refused = (error: string, error_description: string, status = 400) =>
    Response.json({ error, error_description }, { status })

  const tokenAnswer = async (request: Request, form: URLSearchParams): Promise<Response> => {
    if (!isClient(request, form)) return refused('invalid_client', 'Client authentication failed.', 401)
    const tokens = { access_token: crypto.randomUUID(), token_type: 'Bearer', expires_in: 300 }
    if (form.get('grant_type') === 'refresh_token') {
      return form.get('refresh_token') === 'refresh-1'
        ? Response.json({ ...tokens, ...idp.tokens })
        : refused('invalid_grant', 'The refresh token has expired.')
    }
    const code = form.get('code') ?? ''
    const grant = grants.get(code)
    if (!idp.replays) grants.delete(code)
    const hash = await crypto.subtle.digest(
      'SHA-256',
      new TextEncoder().encode(form.get('code_verifier') ?? ''),
    )
    if (!grant || grant.challenge !== base64url.encode(new Uint8Array(hash)))
      return refused('invalid_grant', 'The code is unknown, used or expired.')
    if (grant.redirectUri !== form.get('redirect_uri'))
      return refused('invalid_grant', 'The redirect URI differs from the one before.')
    const id_token = await idToken(grant)
    return Response.json({ ...tokens, id_token, refresh_token: 'refresh-1', ...idp.tokens })
  }

  return idp
}

export type Idp = ReturnType<typeof createIdp>

/** A network of providers and nothing else, each found by its origin. */
export const createProviders = (now: () => number) => {
  const known = new Map<string, Idp>()
  const add = (issuer: string): Idp => {
    const idp = createIdp(now, issuer)
    known.set(new URL(issuer).origin, idp)
    return idp
  }
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const { origin } = new URL(input instanceof Request ? input.url : input)
    const idp = known.get(origin)
    if (!idp) throw new TypeError(`There is nothing at ${origin}`)
    return idp.fetch(input, init)
  }
  return { add, fetch }
}

/** The cookies that an answer leaves in a browser that had these; a cleared one is gone. */
export const cookiesAfter = (
  response: Response,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> => {
  const jar = { ...before }
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '') delete jar[name]
    else jar[name] = value
  }
  return jar
}

/**
 * A browser's way from a link of ours to the provider and back: opens `path`, lets the provider's person approve,
 * and opens the callback. `visit` is what the browser had before (its session); `cookies` is what it has afterwards.
 */
export const roundTrip = async (
  world: World,
  path: string,
  visit: Visit = {},
  idp: Idp = world.idp,
): Promise<{ start: Response; back: URL; response: Response; cookies: Record<string, string> }> => {
  const start = await world.fetch(path, visit)
  const cookies = cookiesAfter(start, visit.cookies)
  const back = await idp.approve(start.headers.get('Location') ?? start.headers.get('HX-Redirect'))
  const response = await world.fetch(back.pathname + back.search, { ...visit, cookies })
  return { start, back, response, cookies: cookiesAfter(response, cookies) }
}
