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
  type Problem,
  problem,
  type Refused,
  wordsOf,
} from './directory-http'

const LABEL = 'Google'
/** What one batch may hold, of its documented 1000. */
const BATCH = 100
const FIELDS = 'id,primaryEmail,name(givenName,familyName,fullName),suspended,archived,organizations'

const User = z.object({
  id: z.string().min(1),
  primaryEmail: z.string().optional(),
  name: z
    .object({
      givenName: z.string().optional(),
      familyName: z.string().optional(),
      fullName: z.string().optional(),
    })
    .optional(),
  suspended: z.boolean().optional(),
  archived: z.boolean().optional(),
  organizations: z
    .array(z.object({ department: z.string().optional(), primary: z.boolean().optional() }))
    .optional()
    .catch([]),
})
const Page = z.object({ users: z.array(User).optional(), nextPageToken: z.string().optional() })
const Failure = z.object({
  error: z.object({
    errors: z.array(z.object({ reason: z.string().optional() })).optional(),
    status: z.string().optional(),
    details: z.array(z.object({ reason: z.string().optional() })).optional(),
  }),
})

/**
 * Google's Admin SDK Directory API, by its documentation (read in November 2026):
 * https://developers.google.com/workspace/admin/directory/reference/rest/v1/users/list, …/v1/guides/search-users,
 * …/v1/guides/batch. Every primary address there is of a domain that Google has seen proven.
 */
export function googleDirectory(baseUrl: string, fetcher: typeof fetch): Directory {
  const ask = asking(LABEL, refused, fetcher)
  return {
    consent: {
      scope: 'https://www.googleapis.com/auth/admin.directory.user.readonly',
      // Without the latter Google gives a refresh token the first time only.
      extra: { access_type: 'offline', prompt: 'consent' },
    },
    async search(accessToken, query, page) {
      const asked = new URLSearchParams({
        customer: 'my_customer',
        orderBy: 'email',
        maxResults: String(PAGE_SIZE),
        query: clauses(query),
        fields: `nextPageToken,users(${FIELDS})`,
      })
      if (page !== null) asked.set('pageToken', page)
      const answer = await ask(`${baseUrl}/admin/directory/v1/users?${asked}`, accessToken)
      if (!answer.ok) return answer.problem
      const parsed = Page.safeParse(json(answer.text))
      if (!parsed.success) return notAsDocumented(LABEL)
      const people = (parsed.data.users ?? []).map(personOf).filter(({ active }) => active)
      return { kind: 'people', people, next: parsed.data.nextPageToken ?? null }
    },
    async find(accessToken, ids) {
      const people: DirectoryPerson[] = []
      for (let from = 0; from < ids.length; from += BATCH) {
        const found = await findBatch(ask, baseUrl, accessToken, ids.slice(from, from + BATCH))
        if (found.kind !== 'people') return found
        people.push(...found.people)
      }
      return { kind: 'people', people, next: null }
    },
  }
}

/** A word without a field is compared with names and addresses; several words all have to match. */
const clauses = (typed: string): string =>
  [
    'isSuspended=false',
    'isArchived=false',
    ...wordsOf(typed).map((word) => (word.includes('@') ? `email:${word.replace(/^@/, '')}*` : word)),
  ].join(' ')

const personOf = (user: z.output<typeof User>): DirectoryPerson => {
  const { givenName = '', familyName = '', fullName = '' } = user.name ?? {}
  const places = user.organizations ?? []
  const place = places.find(({ primary }) => primary) ?? places[0]
  return {
    id: user.id,
    address: user.primaryEmail || null,
    ...namesOf(givenName, familyName, fullName),
    department: place?.department?.trim() ?? '',
    active: !user.suspended && !user.archived,
    vouched: true,
  }
}

/** Many `users.get` in one request; a part that is not found is somebody who is gone. */
const findBatch = async (
  ask: Ask,
  baseUrl: string,
  accessToken: string,
  ids: readonly string[],
): Promise<DirectoryAnswer> => {
  const boundary = `usher-${crypto.randomUUID()}`
  const parts = ids.map((id, n) =>
    [
      `--${boundary}`,
      'Content-Type: application/http',
      `Content-ID: <${n}>`,
      '',
      `GET /admin/directory/v1/users/${encodeURIComponent(id)}?fields=${encodeURIComponent(FIELDS)}`,
      'Accept: application/json',
      '',
      '',
    ].join('\r\n'),
  )
  const answer = await ask(`${baseUrl}/batch/admin/directory_v1`, accessToken, {
    method: 'POST',
    headers: { 'Content-Type': `multipart/mixed; boundary=${boundary}` },
    body: `${parts.join('')}--${boundary}--\r\n`,
  })
  if (!answer.ok) return answer.problem
  const answered = partsOf(answer.text, answer.type)
  if (answered.length !== ids.length) return notAsDocumented(LABEL)
  const people: DirectoryPerson[] = []
  for (const { status, body } of answered) {
    if (status === 404) continue
    if (status !== 200)
      return refused({ status, text: body }) ?? (status === 401 ? { kind: 'expired' } : passing(status))
    const user = User.safeParse(json(body))
    if (!user.success) return notAsDocumented(LABEL)
    people.push(personOf(user.data))
  }
  return { kind: 'people', people, next: null }
}

const passing = (status: number): Problem =>
  problem(`${LABEL} answered ${status} for one of them.`, 'Try again in a minute.')

/** Each part of a `multipart/mixed` body is an HTTP answer of its own. */
const partsOf = (text: string, type: string): { status: number; body: string }[] => {
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (!boundary) return []
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const status = /^HTTP\/[\d.]+ (\d{3})/m.exec(part)?.[1]
      const start = part.search(/^\{/m)
      return { status: Number(status ?? 0), body: start < 0 ? '' : part.slice(start) }
    })
}

const QUOTA = ['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded', 'dailyLimitExceeded']

/** https://developers.google.com/workspace/admin/directory/v1/limits and the reasons of a 403. */
const refused: Refused = ({ status, text }) => {
  if (status !== 403) return null
  const failure = Failure.safeParse(json(text)).data?.error
  const reasons = [
    ...(failure?.errors ?? []).map(({ reason }) => reason),
    ...(failure?.details ?? []).map(({ reason }) => reason),
  ]
  if (reasons.some((reason) => reason !== undefined && QUOTA.includes(reason)))
    return problem(`${LABEL} takes no more requests just now.`, 'Try again in a minute.')
  if (reasons.includes('accessNotConfigured') || reasons.includes('SERVICE_DISABLED'))
    return problem(
      'The Admin SDK API is not enabled in the Google Cloud project of the connection’s client.',
      'Enable it there under APIs & Services, then try again.',
    )
  if (reasons.includes('insufficientPermissions') || reasons.includes('ACCESS_TOKEN_SCOPE_INSUFFICIENT'))
    return problem(
      'The consent does not include the right to see users of the domain (admin.directory.user.readonly).',
      'Connect the directory again, and leave that right ticked.',
    )
  return problem(
    'Google does not let whoever consented read the directory.',
    'Connect it again as somebody who may: an admin of the Google Workspace with the privilege Users › Read.',
  )
}
