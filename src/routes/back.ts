import { paths } from '../paths'
import type { Request } from './request'

/** The pages that a form about invitations is opened from. */
const PAGES = {
  invitations: paths.invitations,
  members: paths.members,
  overview: paths.home,
  email: paths.emailSettings,
}
export type Opener = keyof typeof PAGES | 'invitation'

/** Where a form was opened, in a closed set of words; a URL is never taken from a form. */
export const openerOf = (word: string | undefined): Opener => {
  if (word === 'invitation') return word
  return word !== undefined && Object.hasOwn(PAGES, word) ? (word as keyof typeof PAGES) : 'invitations'
}

/** The page a form returns to; the page of an invitation only where the form was about that one alone. */
export const backTo = (
  c: Request,
  opener: Opener,
  query: Parameters<typeof paths.invitations>[1] = {},
  ids: readonly string[] = [],
) => {
  const { slug } = c.var.org.organization
  const [id] = ids
  if (opener === 'invitation')
    return id && ids.length === 1 ? paths.invitation(slug, id, query) : paths.invitations(slug, query)
  return PAGES[opener](slug, query)
}
