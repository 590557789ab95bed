import * as z from 'zod'
import { canonicalAddress } from './addresses'
import { TABS, type Tab } from './lifecycle'

/** Columns of the invitations page; each can be sorted by. */
export const SORT_COLUMNS = [
  'email',
  'role',
  'department',
  'inviter',
  'sent',
  'expires',
  'status',
  'mail',
] as const
export type SortColumn = (typeof SORT_COLUMNS)[number]
export type Sort = { column: SortColumn; descending: boolean }

/** A place in a list: the sorted value and the id of a row, and whether the page lies after or before it. */
export type Cursor = { side: 'after' | 'before'; value: string | number; id: string }

export type ListQuery = { tab: Tab; sort: Sort; search: string; cursor: Cursor | null; limit: number }

/** Counting stops here; a tab with more shows "999+". */
export const COUNT_LIMIT = 1000

/** `1 member`, `12 members`, `999+ members` where counting has stopped. */
export const countWords = (count: number, one: string): string =>
  `${count >= COUNT_LIMIT ? `${COUNT_LIMIT - 1}+` : count} ${count === 1 ? one : `${one}s`}`

export const NEWEST: Sort = { column: 'sent', descending: true }

/** `sent`, or `-sent` for descending; null for what is none of the columns. */
export const sortAmong = <Column extends string>(
  columns: readonly Column[],
  text: string,
): { column: Column; descending: boolean } | null => {
  const column = columns.find((name) => name === text.replace(/^-/, ''))
  return column ? { column, descending: text.startsWith('-') } : null
}

/** A sort as it stands in a URL. */
export const sortText = ({ column, descending }: { column: string; descending: boolean }): string =>
  `${descending ? '-' : ''}${column}`

export const parseSort = (text: string): Sort | null => sortAmong(SORT_COLUMNS, text)

const CURSOR = z.tuple([z.enum(['after', 'before']), z.union([z.string(), z.number()]), z.string()])

/** A place in a list as it stands in a URL. */
export const encodeCursor = ({ side, value, id }: Cursor): string =>
  Buffer.from(JSON.stringify([side, value, id])).toString('base64url')

/** Null for what is no cursor of ours. */
export const decodeCursor = (text: string): Cursor | null => {
  try {
    const parsed = CURSOR.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return parsed.success ? { side: parsed.data[0], value: parsed.data[1], id: parsed.data[2] } : null
  } catch {
    return null
  }
}

export const parseTab = (text: string): Tab | null => TABS.find((tab) => tab === text) ?? null

/** What was typed into the search, folded as addresses are, a domain with or without its @; no longer than an address. */
export const searchOf = (typed: string): string =>
  [...typed.normalize('NFKC').trim().toLowerCase().replace(/^@/, '')].slice(0, 254).join('')

/** What an address begins with, and a domain, for a search: what is not ASCII stands in a domain's ASCII form. */
export const searchPrefixes = (search: string): { address: string; domain: string } =>
  /^[\x20-\x7e]*$/.test(search)
    ? { address: search, domain: search }
    : { address: canonicalAddress(search), domain: canonicalAddress(`@${search}`).slice(1) }

/** The place of a row in the list it came with; `sorted` is the value it stands at. */
export const placeOf = (row: { id: string; sorted: string | number }, side: Cursor['side']): Cursor => ({
  side,
  value: row.sorted,
  id: row.id,
})

/** ASCII letters alone, as SQLite's lower() folds them. */
const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/**
 * What a name begins with for a search, once for each way in which names are stored: only their ASCII letters are
 * folded there, so that `özgür` has to find `Özgür` too.
 */
export const namePrefixes = (search: string): string[] => {
  const capitalised = search.replace(/(^|[\s'’-])(\p{L})/gu, (_, before: string, letter: string) => {
    return before + letter.toUpperCase()
  })
  return [...new Set([search, lowerAscii(capitalised)])]
}
