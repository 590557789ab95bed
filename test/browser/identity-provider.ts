import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CompactSign, decodeJwt, exportJWK, generateKeyPair, type JWK } from 'jose'
import { interactionPolicy, Provider } from 'oidc-provider'
import { test as base, type Company } from './support'

/** Somebody at the provider: what its ID token says of them. `email` is what they are called at its login. */
export type Account = {
  sub: string
  email: string
  email_verified?: boolean | undefined
  name?: string
  given_name?: string
  family_name?: string
  /** Google's. */
  hd?: string
  /** Microsoft's. */
  oid?: string
  xms_edov?: boolean
}

/** What the provider does wrong from now on; null for nothing. */
export type Fault =
  | null
  /** ID tokens of another sign-in, for another client, of another issuer, or run out. */
  | 'wrong_nonce'
  | 'wrong_audience'
  | 'wrong_issuer'
  | 'expired'
  /** ID tokens without a signature. */
  | 'unsigned'
  /** The browser comes back with a code that was redeemed before. */
  | 'replayed_code'
  /** Nobody is let in. */
  | 'denied'
  /** Connections break off: all of them, or those that no browser makes (discovery, keys, codes). */
  | 'down'
  | 'down_behind'

type Visit = Parameters<Parameters<Provider['use']>[0]>[0]

const CLAIMS = ['name', 'given_name', 'family_name', 'hd', 'oid', 'xms_edov']
const BEHIND = /^\/(\.well-known\/.*|jwks|token|me)$/
const SCOPES = 'openid email profile offline_access'

const login = (
  uid: string,
) => `<!doctype html><html lang="en"><title>Identity provider</title><link rel="icon" href="data:,">
<form method="post" action="/interaction/${uid}"><label>Account <input name="account" autofocus></label>
<button>Continue</button></form></html>`

const bodyOf = async (ctx: Visit): Promise<URLSearchParams> => {
  const chunks: Buffer[] = []
  for await (const chunk of ctx.req) chunks.push(chunk)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

/** A key, and the form in which it is published. */
const newKey = async (kid: string) => {
  const pair = await generateKeyPair('RS256', { extractable: true })
  const jwk = (key: CryptoKey): Promise<JWK> =>
    exportJWK(key).then((made) => ({ ...made, kid, alg: 'RS256', use: 'sig' }))
  return {
    kid,
    privateKey: pair.privateKey,
    private: await jwk(pair.privateKey),
    public: await jwk(pair.publicKey),
  }
}

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** `appUrl` is the site whose callbacks it sends browsers back to, unless `redirectUris` names some. */
export const startIdentityProvider = async (appUrl: string) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Not localhost, whose cookies both sites would share.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const first = await newKey('key-1')
  let key = first
  const redeemed: string[] = []

  const idp = {
    issuer,
    clientId: 'usher',
    clientSecret: 'a client secret of the browser tests',
    accounts: [] as Account[],
    /** The address of the account that signs in without being asked; null to show the login. A `login_hint` does the same. */
    signsIn: null as string | null,
    fault: null as Fault,
    /** The redirect URIs that are registered; null for whatever leads to the site. */
    redirectUris: null as string[] | null,
    /** Lets somebody have an account there; the address is verified unless it says otherwise. They sign in next. */
    account: (account: Partial<Account> & { email: string }): Account => {
      const whole = { sub: account.email, email_verified: true, ...account }
      idp.accounts = [...idp.accounts.filter(({ sub }) => sub !== whole.sub), whole]
      idp.signsIn = whole.email
      return whole
    },
    /** Signs with another key from now on, and publishes that one alone. */
    rotate: async () => {
      key = await newKey(`key-${Date.now()}`)
    },
    /** Connects an organization to it, ready for sign-ins. */
    connect: (company: Company, values: Record<string, string> = {}) =>
      company.connect({
        preset: 'other',
        issuer,
        clientId: idp.clientId,
        clientSecret: idp.clientSecret,
        ...values,
      }),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  const accountOf = (address: string) =>
    idp.accounts.find(({ email }) => email.toLowerCase() === address.trim().toLowerCase())

  const policy = interactionPolicy.base()
  const { Check } = interactionPolicy
  // Every sign-in asks who it is: browsers of tests come and go.
  policy
    .get('login')
    ?.checks.add(
      new Check('always', 'Who is it this time?', (ctx) =>
        ctx.oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
      ),
    )

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: idp.clientId,
        client_secret: idp.clientSecret,
        redirect_uris: [`${appUrl}/sso/callback/any`],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    jwks: { keys: [first.private as JWK & { kty: string }] },
    cookies: { keys: ['a key of the browser tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: CLAIMS },
    conformIdTokenClaims: false,
    // As Google does when asked for access_type=offline.
    issueRefreshToken: async () => true,
    features: { devInteractions: { enabled: false } },
    interactions: { policy, url: (_, { uid }) => `/interaction/${uid}` },
    ttl: {
      Interaction: 600,
      Session: 600,
      Grant: 600,
      IdToken: 600,
      AccessToken: 600,
      AuthorizationCode: 60,
      RefreshToken: 600,
    },
    findAccount: (_, id) => {
      const account = idp.accounts.find(({ sub }) => sub === id)
      return account && { accountId: id, claims: async () => ({ ...account }) }
    },
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client?.clientId ?? '',
        accountId: ctx.oidc.session?.accountId ?? '',
      })
      grant.addOIDCScope(SCOPES)
      await grant.save()
      return grant
    },
    renderError: (ctx, out) => {
      ctx.type = 'html'
      ctx.body = `<!doctype html><html lang="en"><title>Identity provider</title><p>${out.error}: ${out.error_description}</p></html>`
    },
  })
  provider.Client.prototype.redirectUriAllowed = (uri: string) =>
    idp.redirectUris ? idp.redirectUris.includes(uri) : uri.startsWith(`${appUrl}/`)

  const interact = async (ctx: Visit): Promise<void> => {
    const { uid, params } = await provider.interactionDetails(ctx.req, ctx.res)
    const posted = ctx.method === 'POST' ? (await bodyOf(ctx)).get('account') : null
    const account = accountOf(posted ?? String(params.login_hint ?? '')) ?? accountOf(idp.signsIn ?? '')
    if (!account && idp.fault !== 'denied') {
      ctx.type = 'html'
      ctx.body = login(uid)
      return
    }
    const result =
      idp.fault === 'denied' || !account
        ? { error: 'access_denied', error_description: 'You have no access to this app.' }
        : { login: { accountId: account.sub }, consent: {} }
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
  }

  /** The provider's own ID token, signed once more with the present key, and wrong where it is meant to be. */
  const resign = async (token: string): Promise<string> => {
    const claims = { ...decodeJwt(token) }
    if (idp.fault === 'wrong_nonce') claims.nonce = 'of-another-sign-in'
    if (idp.fault === 'wrong_audience') claims.aud = 'another-client'
    if (idp.fault === 'wrong_issuer') claims.iss = 'https://elsewhere.test'
    if (idp.fault === 'expired') claims.exp = Math.floor(Date.now() / 1000) - 3600
    if (idp.fault === 'unsigned') return `${base64({ alg: 'none' })}.${base64(claims)}.`
    return new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'RS256', kid: key.kid })
      .sign(key.privateKey)
  }

  provider.use(async (ctx, next) => {
    if (idp.fault === 'down' || (idp.fault === 'down_behind' && BEHIND.test(ctx.path))) {
      ctx.respond = false
      ctx.req.socket.destroy()
      return
    }
    if (ctx.path.startsWith('/interaction/')) return interact(ctx)
    await next()
    const body: unknown = ctx.body
    if (ctx.path === '/jwks') ctx.body = { keys: [key.public] }
    if (ctx.path === '/token' && typeof body === 'object' && body !== null && 'id_token' in body)
      ctx.body = { ...body, id_token: await resign(String(body.id_token)) }
    const back = URL.parse(String(ctx.response.get('Location')))
    const code = back?.searchParams.get('code')
    if (!back || !code) return
    const old = redeemed.at(-1)
    if (idp.fault === 'replayed_code' && old) {
      back.searchParams.set('code', old)
      ctx.set('Location', back.href)
    } else redeemed.push(code)
  })

  server.on('request', provider.callback())
  return idp
}

export type IdentityProvider = Awaited<ReturnType<typeof startIdentityProvider>>

/**
 * Tests with `idp`: a real OpenID provider (oidc-provider) of the test's own on this machine.
 *
 *     import { expect, test } from './identity-provider'
 *     test('…', async ({ company, idp, stranger }) => {
 *       await idp.connect(company)                            // its connection is set up and switched on
 *       idp.account({ email: company.address('jane') })       // exists there, and signs in by itself next
 *       idp.account({ email: 'eve@x.test', email_verified: false })
 *       idp.signsIn = null                                    // shows a login: type an address, press Continue
 *       idp.fault = 'wrong_nonce'                             // see Fault
 *       await idp.rotate()                                    // another signing key
 *
 * A second one, such as a hostile organization's: `const other = await startIdentityProvider(baseURL)`, and
 * `await other.stop()` at the end.
 */
export const test = base.extend<{ idp: IdentityProvider }>({
  idp: async ({ baseURL }, use) => {
    const idp = await startIdentityProvider(baseURL ?? '')
    await use(idp)
    await idp.stop()
  },
})

export { expect, expectAccessibleEverywhere, type Page } from './support'
