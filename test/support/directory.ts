import { StandIn } from './stand-in'

/** Somebody in a stand-in's directory. */
export type Listed = {
  id: string
  address: string
  given: string
  family: string
  department?: string
  /** Suspended, archived or disabled there. */
  gone?: boolean
  /** Microsoft's `userPrincipalName`, where it differs from the address. */
  principal?: string
}

export const listed = (name: string, rest: Partial<Listed> = {}): Listed => {
  const [given = '', family = ''] = name.split(' ')
  return {
    id: `id-${given.toLowerCase()}-${family.toLowerCase()}`,
    address: `${given}.${family}@acme.test`.toLowerCase(),
    given,
    family,
    ...rest,
  }
}

abstract class DirectoryStandIn extends StandIn {
  people: Listed[] = []
  /** Whether access tokens are taken. */
  consented = true
  /** The most that a page holds, however many are asked for. */
  perPage = 500

  readonly origin: string

  constructor(protected readonly baseUrl: string) {
    super()
    this.origin = new URL(baseUrl).origin
  }

  protected tokenIs(request: Request): boolean {
    return this.consented && /^Bearer .+/.test(request.headers.get('Authorization') ?? '')
  }

  /** A page of `found` from where the last one ended. */
  protected slice(found: Listed[], from: number, size: number) {
    const end = from + Math.min(size, this.perPage)
    return { page: found.slice(from, end), next: end < found.length ? end : null }
  }
}

/**
 * Stands in for Google's Admin SDK Directory API behind `fetch`, by its documentation (read in November 2026):
 * developers.google.com/workspace/admin/directory/reference/rest/v1/users/{list,get}, …/v1/guides/{search-users,batch}.
 */
export class GoogleDirectoryStandIn extends DirectoryStandIn {
  protected async answer(request: Request): Promise<Response> {
    const { origin, pathname, searchParams } = new URL(request.url)
    if (origin !== this.origin) throw new TypeError(`There is nothing at ${origin}`)
    if (!this.tokenIs(request))
      return failure(401, 'authError', 'Request had invalid authentication credentials.')
    if (pathname === '/admin/directory/v1/users' && request.method === 'GET') return this.list(searchParams)
    if (pathname === '/batch/admin/directory_v1' && request.method === 'POST') return this.batch(request)
    return failure(404, 'notFound', `Not Found: ${request.method} ${pathname}`)
  }

  private list(asked: URLSearchParams): Response {
    const known = ['customer', 'orderBy', 'maxResults', 'query', 'fields', 'pageToken']
    const unknown = [...asked.keys()].find((name) => !known.includes(name))
    if (unknown) return failure(400, 'invalidParameter', `Unknown name "${unknown}"`)
    if (asked.get('customer') !== 'my_customer') return failure(400, 'badRequest', 'Bad Request')
    if (!['email', 'familyName', 'givenName'].includes(asked.get('orderBy') ?? 'email'))
      return failure(400, 'invalidParameter', 'Invalid value for orderBy')
    const size = Number(asked.get('maxResults') ?? 100)
    if (!Number.isInteger(size) || size < 1 || size > 500)
      return failure(400, 'invalidParameter', 'maxResults must be between 1 and 500')
    const found = this.people
      .filter((person) => matchesClauses(person, asked.get('query') ?? ''))
      .sort((a, b) => a.address.localeCompare(b.address))
    const { page, next } = this.slice(found, Number(asked.get('pageToken') ?? 0), size)
    return Response.json({
      kind: 'admin#directory#users',
      // Left out where there is nobody.
      ...(page.length > 0 && { users: page.map(googleUser) }),
      ...(next !== null && { nextPageToken: String(next) }),
    })
  }

  private async batch(request: Request): Promise<Response> {
    const boundary = /^multipart\/mixed; boundary=(\S+)$/.exec(request.headers.get('Content-Type') ?? '')?.[1]
    if (!boundary) return failure(400, 'badRequest', 'Failed to parse batch request.')
    const parts = new TextDecoder()
      .decode(await request.arrayBuffer())
      .split(`--${boundary}`)
      .slice(1, -1)
    if (parts.length > 1000) return failure(400, 'badRequest', 'Too many parts')
    const answers = parts.map((part) => {
      if (!part.includes('Content-Type: application/http\r\n')) return [400, {}] as const
      const id = /\r\n\r\nGET \/admin\/directory\/v1\/users\/([^?\s]+)/.exec(part)?.[1]
      const person = this.people.find((one) => one.id === decodeURIComponent(id ?? ''))
      return person
        ? ([200, googleUser(person)] as const)
        : ([404, { error: { code: 404, message: 'Resource Not Found: userKey' } }] as const)
    })
    const body = answers.map(([status, answer], n) =>
      [
        '--batch_answer',
        'Content-Type: application/http',
        `Content-ID: <response-${n}>`,
        '',
        `HTTP/1.1 ${status} ${status === 200 ? 'OK' : 'Not Found'}`,
        'Content-Type: application/json; charset=UTF-8',
        '',
        JSON.stringify(answer, null, 2),
        '',
      ].join('\r\n'),
    )
    return new Response(`${body.join('')}--batch_answer--`, {
      headers: { 'Content-Type': 'multipart/mixed; boundary=batch_answer' },
    })
  }
}

const failure = (code: number, reason: string, message: string): Response =>
  Response.json(
    { error: { code, message, errors: [{ domain: 'global', reason, message }] } },
    { status: code },
  )

const googleUser = (person: Listed) => ({
  id: person.id,
  primaryEmail: person.address,
  name: {
    givenName: person.given,
    familyName: person.family,
    fullName: `${person.given} ${person.family}`,
  },
  suspended: person.gone ?? false,
  archived: false,
  ...(person.department && { organizations: [{ department: person.department, primary: true }] }),
})

const begins = (text: string, word: string) => text.toLowerCase().startsWith(word.toLowerCase())

/** Every clause counts; a word without a field is compared with names and address. */
const matchesClauses = (person: Listed, query: string): boolean =>
  query
    .split(' ')
    .filter(Boolean)
    .every((clause) => {
      if (clause === 'isSuspended=false') return !person.gone
      if (clause === 'isArchived=false') return true
      const prefix = /^email:(.+)\*$/.exec(clause)?.[1]
      if (prefix !== undefined) return begins(person.address, prefix)
      if (/[:='"*]/.test(clause)) throw new Error(`No such clause: ${clause}`)
      return [person.given, person.family, person.address].some((text) => begins(text, clause))
    })

/**
 * Stands in for Microsoft Graph's `/v1.0/users` behind `fetch`, by its documentation (read in November 2026):
 * learn.microsoft.com/en-us/graph/api/user-list, …/graph/{aad-advanced-queries,search-query-parameter,paging}.
 */
export class MicrosoftGraphStandIn extends DirectoryStandIn {
  /** What the next page's link begins with, for a provider that leads elsewhere. */
  linkBase: string | null = null

  protected async answer(request: Request): Promise<Response> {
    const { origin, pathname, searchParams: asked } = new URL(request.url)
    if (origin !== this.origin) throw new TypeError(`There is nothing at ${origin}`)
    if (!this.tokenIs(request))
      return graphError(401, 'InvalidAuthenticationToken', 'Access token has expired.')
    if (request.method !== 'GET' || pathname !== '/v1.0/users')
      return graphError(404, 'ResourceNotFound', 'Resource not found for the segment.')
    const filter = asked.get('$filter') ?? ''
    const search = asked.get('$search')
    const size = Number(asked.get('$top') ?? 100)
    if (size < 1 || size > 999)
      return graphError(400, 'Request_UnsupportedQuery', 'Invalid page size specified')
    const isAdvanced = request.headers.get('ConsistencyLevel') === 'eventual'
    if (search !== null && !isAdvanced)
      return graphError(
        400,
        'Request_UnsupportedQuery',
        'Request with $search needs ConsistencyLevel: eventual',
      )
    if (filter && asked.get('$orderby') && !(isAdvanced && asked.get('$count') === 'true'))
      return graphError(400, 'Request_UnsupportedQuery', 'Sorting not supported for current query.')
    const ids = /^id in \((.*)\)$/.exec(filter)?.[1]?.split(', ')
    if (ids && ids.length > 15)
      return graphError(400, 'Request_UnsupportedQuery', 'Too many child clauses specified in filter')
    if (!ids && filter && filter !== 'accountEnabled eq true')
      return graphError(400, 'Request_UnsupportedQuery', `Unsupported filter ${filter}`)
    const found = this.people
      .filter((person) => (ids ? ids.includes(`'${person.id}'`) : !person.gone || filter === ''))
      .filter((person) => search === null || matchesSearch(person, search))
      .sort((a, b) => `${a.given} ${a.family}`.localeCompare(`${b.given} ${b.family}`))
    const { page, next } = this.slice(found, Number(asked.get('$skiptoken') ?? 0), size)
    const selected = (asked.get('$select') ?? 'id').split(',')
    const link = new URL(request.url)
    if (next !== null) link.searchParams.set('$skiptoken', String(next))
    return Response.json({
      '@odata.context': `${this.baseUrl}/v1.0/$metadata#users`,
      ...(next !== null && {
        '@odata.nextLink': this.linkBase === null ? link.href : this.linkBase + link.pathname + link.search,
      }),
      value: page.map((person) =>
        Object.fromEntries(Object.entries(graphUser(person)).filter(([name]) => selected.includes(name))),
      ),
    })
  }
}

const graphError = (status: number, code: string, message: string): Response =>
  Response.json({ error: { code, message, innerError: {} } }, { status })

const graphUser = (person: Listed) => ({
  id: person.id,
  displayName: `${person.given} ${person.family}`,
  givenName: person.given,
  surname: person.family,
  mail: person.address || null,
  userPrincipalName: person.principal ?? person.address,
  department: person.department ?? null,
  accountEnabled: !person.gone,
})

/** `"displayName:jane" OR "mail:jane"`: names by their words, the others by what they begin with. */
const matchesSearch = (person: Listed, search: string): boolean =>
  search.split(/(?<=") OR (?=")/).some((clause) => {
    const [, field, text] = /^"(\w+):([^"\\]+)"$/.exec(clause) ?? []
    if (!field || !text) throw new Error(`No such clause: ${clause}`)
    if (field === 'displayName')
      return text.split(' ').every((word) => [person.given, person.family].some((part) => begins(part, word)))
    return begins(field === 'mail' ? person.address : (person.principal ?? person.address), text)
  })

/** Both directories, where the settings find them unless they say otherwise. */
export const createStaff = () => {
  const google = new GoogleDirectoryStandIn('https://admin.googleapis.com')
  const microsoft = new MicrosoftGraphStandIn('https://graph.microsoft.com')
  const fetch: typeof globalThis.fetch = (input, init) => {
    const { origin } = new URL(input instanceof Request ? input.url : input)
    return (origin === google.origin ? google : microsoft).fetch(input, init)
  }
  return { google, microsoft, fetch }
}
