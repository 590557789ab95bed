import { refuse } from '../rules/refusals'
import { backTo, openerOf } from './back'
import { mintChange, type Request, wantsPartial } from './request'

/** As many as a page of the list has. */
export const MOST_TICKED = 100

/** The invitations that are meant. @throws Refused invalid_input where none is */
export const someOf = (ids: readonly string[]): string[] =>
  ids.length === 0
    ? refuse({ code: 'invalid_input', fields: { id: 'Tick at least one invitation.' } })
    : ids.slice(0, MOST_TICKED)

/** What asks before something final is done to those of the query. */
export const confirming = async <Target>(c: Request, read: (ids: string[]) => Promise<Target[]>) => {
  const ids = someOf(c.req.queries('id') ?? [])
  const from = openerOf(c.req.query('from'))
  return {
    slug: c.var.org.organization.slug,
    inDialog: wantsPartial(c),
    targets: await read(ids),
    back: backTo(c, from, {}, ids),
    from,
    change: mintChange(),
  }
}
