import * as z from 'zod'
import type { DirectoryAnswer, DirectoryPerson } from '../rules/directory'
import type { Directory } from './directory'
import {
  type Ask,
  asking,
  json,
  namesOf,
  notAsDocumented,
  PAGE_SIZE,
  problem,
  type Refused,
  wordsOf,
} from './directory-http'

const LABEL = 'Microsoft'
/** How many values `in` takes in a filter. */
const MOST_IN = 15
const SELECT = 'id,displayName,givenName,surname,mail,userPrincipalName,department,accountEnabled'

const words = z.string().nullish()
const User = z.object({
  id: z.string().min(1),
  displayName: words,
  givenName: words,
  surname: words,
  mail: words,
  userPrincipalName: words,
  department: words,
  accountEnabled: z.boolean().nullish(),
})
const Page = z.object({ value: z.array(User), '@odata.nextLink': z.string().optional() })

/**
 * Microsoft Graph's `/v1.0/users`, by its documentation (read in November 2026):
 * https://learn.microsoft.com/en-us/graph/api/user-list, …/graph/aad-advanced-queries, …/graph/search-query-parameter,
 * …/graph/paging. A user principal name is of a domain that Microsoft has seen proven; `mail` is whatever was written
 * down, so it is vouched for only where the two are one.
 */
export function microsoftDirectory(baseUrl: string, fetcher: typeof fetch): Directory {
  const ask = asking(LABEL, refused, fetcher)
  const users = `${baseUrl}/v1.0/users`
  return {
    // User.ReadBasic.All would do but for departments and for who is disabled.
    consent: { scope: 'offline_access User.Read.All', extra: { prompt: 'consent' } },
    async search(accessToken, query, page) {
      if (page !== null && !isOf(page, users)) return notAsDocumented(LABEL)
      return readPage(ask, users, page ?? `${users}?${searchFor(query)}`, accessToken)
    },
    async find(accessToken, ids) {
      const known = ids.filter((id) => /^[\w-]+$/.test(id))
      const people: DirectoryPerson[] = []
      for (let from = 0; from < known.length; from += MOST_IN) {
        const some = known.slice(from, from + MOST_IN).map((id) => `'${id}'`)
        const asked = new URLSearchParams({
          $select: SELECT,
          $filter: `id in (${some.join(', ')})`,
          $top: String(MOST_IN),
        })
        const found = await readPage(ask, users, `${users}?${asked}`, accessToken, false)
        if (found.kind !== 'people') return found
        people.push(...found.people)
      }
      return { kind: 'people', people, next: null }
    },
  }
}

const searchFor = (typed: string): URLSearchParams => {
  const asked = new URLSearchParams({
    $select: SELECT,
    $filter: 'accountEnabled eq true',
    $orderby: 'displayName',
    $top: String(PAGE_SIZE),
    $count: 'true',
  })
  const text = wordsOf(typed).join(' ')
  const clause = (field: string) => `"${field}:${text}"`
  if (text !== '') asked.set('$search', ['displayName', 'mail', 'userPrincipalName'].map(clause).join(' OR '))
  return asked
}

/** A page is asked for with the token, so it has to be of this very list, whoever says that it comes next. */
const isOf = (link: string, users: string): boolean => {
  if (!URL.canParse(link)) return false
  const [next, own] = [new URL(link), new URL(users)]
  return next.origin === own.origin && next.pathname === own.pathname && !next.username && !next.password
}

const readPage = async (
  ask: Ask,
  users: string,
  url: string,
  accessToken: string,
  activeOnly = true,
): Promise<DirectoryAnswer> => {
  const answer = await ask(url, accessToken, { headers: { ConsistencyLevel: 'eventual' } })
  if (!answer.ok) return answer.problem
  const page = Page.safeParse(json(answer.text))
  if (!page.success) return notAsDocumented(LABEL)
  const link = page.data['@odata.nextLink'] ?? null
  if (link !== null && !isOf(link, users)) return notAsDocumented(LABEL)
  const people = page.data.value.map(personOf)
  return { kind: 'people', people: activeOnly ? people.filter(({ active }) => active) : people, next: link }
}

const personOf = (user: z.output<typeof User>): DirectoryPerson => {
  const { mail, userPrincipalName } = user
  // A guest's is made up: jane_example.com#EXT#@acme.onmicrosoft.com.
  const principal = userPrincipalName && !userPrincipalName.includes('#') ? userPrincipalName : null
  const address = mail || principal
  return {
    id: user.id,
    address: address || null,
    ...namesOf(user.givenName ?? '', user.surname ?? '', user.displayName ?? ''),
    department: user.department?.trim() ?? '',
    active: user.accountEnabled !== false,
    vouched: Boolean(address) && address?.toLowerCase() === principal?.toLowerCase(),
  }
}

/** https://learn.microsoft.com/en-us/graph/errors and …/graph/resolve-auth-errors */
const refused: Refused = ({ status, text }) => {
  if (status === 403)
    return problem(
      'Microsoft does not let whoever consented read the directory (User.Read.All).',
      'Have an administrator of the tenant grant the application User.Read.All, then connect the directory again.',
    )
  return status === 400 && /"Directory_ExpiredPageToken"/.test(text)
    ? problem('The page of the directory is no longer there.', 'Search again.')
    : null
}
