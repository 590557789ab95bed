import type { DirectoryAnswer } from '../rules/directory'
import { plain, silence } from './http'

const TIMEOUT_MS = 8_000
const LARGEST = 2 * 1024 * 1024

export const PAGE_SIZE = 50

export type Problem = Exclude<DirectoryAnswer, { kind: 'people' }>
export type Asked = { ok: true; text: string; type: string } | { ok: false; problem: Problem }

type Refusal = { status: number; text: string }

/** What a directory says of an answer that is no success, besides what all of them say alike. */
export type Refused = (refusal: Refusal) => Problem | null

export const problem = (detail: string, remedy: string): Problem => ({ kind: 'problem', detail, remedy })

export const notAsDocumented = (label: string): Problem =>
  problem(`${label} did not answer as it documents.`, 'Try again. If it stays, tell whoever runs this site.')

/**
 * How a directory is asked. What it answers is read only up to a limit, and no redirect is followed: both would be a
 * stranger's.
 */
export const asking =
  (label: string, refused: Refused, fetcher: typeof fetch) =>
  async (url: string, accessToken: string, init: RequestInit = {}): Promise<Asked> => {
    try {
      const response = await fetcher(url, {
        ...init,
        headers: {
          Authorization: `Bearer ${accessToken}`,
          Accept: 'application/json',
          'User-Agent': 'usher/1.0',
          ...init.headers,
        },
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const text = await readUpTo(response, LARGEST)
      if (text === null)
        return {
          ok: false,
          problem: problem(`${label} answered more than anybody reads.`, 'Search for fewer.'),
        }
      if (response.ok) return { ok: true, text, type: response.headers.get('Content-Type') ?? '' }
      return { ok: false, problem: problemOf(label, { status: response.status, text }, refused) }
    } catch (error) {
      return { ok: false, problem: problem(silence(label, error), 'Try again in a minute.') }
    }
  }
export type Ask = ReturnType<typeof asking>

const problemOf = (label: string, refusal: Refusal, refused: Refused): Problem => {
  const own = refused(refusal)
  if (own) return own
  const { status } = refusal
  if (status === 401) return { kind: 'expired' }
  if (status === 429) return problem(`${label} takes no more requests just now.`, 'Try again in a minute.')
  if (status >= 500) return problem(`${label} answered ${status}.`, 'Try again in a few minutes.')
  return problem(`${label} answered ${status}: ${plain(messageIn(refusal.text), [])}`, 'Search again.')
}

/** The body as text; null where it is longer than `largest` bytes. */
const readUpTo = async ({ body }: Response, largest: number): Promise<string | null> => {
  if (!body) return ''
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > largest) {
      await reader.cancel()
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}

/** Null for what is no JSON. */
export const json = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Both write `{"error": {"message": "…"}}`. */
const messageIn = (text: string): string => {
  const found = /"message"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1]
  return found ? String(json(found)) : 'it gave no reason.'
}

/** A name as two where the directory has them, and for display. */
export const namesOf = (given: string, family: string, full: string) => {
  const [firstName, lastName] = [given.trim(), family.trim()]
  return { firstName, lastName, name: full.trim() || `${firstName} ${lastName}`.trim() }
}

/** What was typed, as words in which nothing means anything to a query. */
export const wordsOf = (typed: string): string[] =>
  typed.split(/[^\p{L}\p{N}\p{M}@._+-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word))
