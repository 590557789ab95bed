import { paths } from '../paths'
import type { Request } from './request'

/** The pages that a form about invitations is opened from. */
const PAGES = { invitations: paths.invitations, members: paths.members, overview: paths.home, email: paths.emailSettings }
export type Opener = keyof typeof PAGES

/** Where a form was opened, in a closed set of words; a URL is never taken from a form. */
export const openerOf = (word: string | undefined): Opener =>
  word !== undefined && Object.hasOwn(PAGES, word) ? (word as Opener) : 'invitations'

/** The page a form returns to. */
export const backTo = (c: Request, opener: Opener, query: Parameters<typeof paths.invitations>[1] = {}) =>
  PAGES[opener](c.var.org.organization.slug, query)
