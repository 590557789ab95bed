import { reachProblem } from '../rules/issuers'
import type { OidcFault } from '../rules/oidc'

/** Ends a round trip; what went wrong is for whoever configures the provider. */
export class Failed extends Error {
  constructor(readonly fault: OidcFault) {
    super(fault.code)
  }
}

const TIMEOUT_MS = 5_000
const LARGEST = 256 * 1024

export type Reach = {
  local: boolean
  fetch: typeof globalThis.fetch
  /** How long an answer may take, in ms. */
  patience?: number
}

/** A request as the library of the protocol makes it. */
export type Asking = {
  method?: string | undefined
  headers: Record<string, string>
  body?: BodyInit | null | undefined
}

const unreachable = (detail: string) =>
  new Failed({
    code: 'unreachable',
    detail,
    remedy: 'Try again in a few minutes. If it stays, check the issuer, and whether the provider is up.',
  })

const notAProvider = (detail: string) =>
  new Failed({
    code: 'not_a_provider',
    detail,
    remedy:
      'Check the issuer: its discovery document is at the issuer followed by /.well-known/openid-configuration.',
  })

/** The body as text, up to the largest that anybody reads. */
const bodyOf = async (response: Response, host: string): Promise<string> => {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    const chunk = await reader?.read()
    if (!chunk || chunk.done) return text + decoder.decode()
    size += chunk.value.byteLength
    if (size > LARGEST) {
      await reader?.cancel().catch(() => {})
      throw notAProvider(`${host} answered with more than anybody reads.`)
    }
    text += decoder.decode(chunk.value, { stream: true })
  }
}

/**
 * Asks a stranger's server: at a public name over https alone, following nothing, for as long and as much as an
 * honest answer takes. Its own for every round trip: requests under way must not be shared between requests of ours.
 */
export const reaching =
  ({ local, fetch, patience = TIMEOUT_MS }: Reach) =>
  async (address: string, { method = 'GET', headers: asked, body }: Asking): Promise<Response> => {
    const problem = reachProblem(address, local)
    const host = URL.parse(address)?.host ?? 'The provider'
    if (problem) throw notAProvider(`The provider is to be asked at ${host}, and that ${problem}.`)
    try {
      const response = await fetch(address, {
        method,
        headers: asked,
        body: body ?? null,
        redirect: 'manual',
        signal: AbortSignal.timeout(patience),
      })
      const { status, headers } = response
      if (status >= 500) throw unreachable(`${host} answered with an error of its own (${status}).`)
      if (status >= 300 && status < 400)
        throw notAProvider(`${host} answered with a redirect (${status}), and none is followed.`)
      return new Response((await bodyOf(response, host)) || null, { status, headers })
    } catch (error) {
      if (error instanceof Failed) throw error
      const inTime = !(error instanceof Error && /^(Timeout|Abort)Error$/.test(error.name))
      throw unreachable(inTime ? `${host} could not be reached.` : `${host} did not answer in time.`)
    }
  }
