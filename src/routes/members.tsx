import { Hono } from 'hono'
import { Part } from '../../views/console'
import { MemberList, type MemberListProps, MembersPage } from '../../views/members/page'
import { paths } from '../paths'
import { decodeCursor, encodeCursor, placeOf, searchOf, sortAmong, sortText } from '../rules/lists'
import { LATEST, MEMBER_COLUMNS, type MemberFilters, memberFilterQuery, parsePlace } from '../rules/members'
import { MAX_NAME, tidyName } from '../rules/names'
import { findRole } from '../rules/permissions'
import { listMembers } from '../usecases/members'
import { member } from './member'
import { noticeOf } from './notices'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, wantsPartial } from './request'

const PAGE = 50
const LONGEST_ID = 64

const filtersOf = (c: Request): MemberFilters => ({
  status: parsePlace(c.req.query('status') ?? ''),
  role: findRole(c.req.query('role') ?? '', c.var.org.roles) ?? null,
  team: (c.req.query('team') ?? '').slice(0, LONGEST_ID),
  department: [...tidyName(c.req.query('department') ?? '')].slice(0, MAX_NAME).join(''),
  search: searchOf(c.req.query('q') ?? ''),
})

const listProps = async (c: Request): Promise<MemberListProps> => {
  const { org } = c.var
  const { slug } = org.organization
  const filters = filtersOf(c)
  const sort = sortAmong(MEMBER_COLUMNS, c.req.query('sort') ?? '') ?? LATEST
  const asked = decodeCursor(c.req.query('page') ?? '')
  const query = { ...filters, sort, limit: PAGE }
  const found = await listMembers(org, { ...query, cursor: asked })
  // Where the rows of the page asked for have left since, it is the first page.
  const cursor = found.rows.length > 0 ? asked : null
  const { rows, more, team, teams, departments, ...rest } =
    cursor === asked ? found : await listMembers(org, { ...query, cursor })
  const url = (page: string | null) =>
    paths.members(slug, { ...memberFilterQuery(filters), sort: sortText(sort), page })
  const backwards = cursor?.side === 'before'
  const link = (row: (typeof rows)[number] | undefined, side: 'after' | 'before', there: boolean) =>
    row && there ? url(encodeCursor(placeOf(row, side))) : null
  return {
    ...rest,
    list: { slug, filters, sort },
    rows,
    upgradeUrl: org.settings.seats.upgradeUrl,
    choices: {
      roles: org.roles,
      departments,
      teams: team && !teams.some(({ id }) => id === team.id) ? [...teams, team] : teams,
    },
    previous: link(rows[0], 'before', backwards ? more : cursor !== null),
    next: link(rows.at(-1), 'after', backwards || more),
    change: mintChange(),
    self: url(cursor && encodeCursor(cursor)),
  }
}

export const members = new Hono<AppEnv>()
  .get('/members', async (c) => {
    const props = await listProps(c)
    if (!wantsPartial(c))
      return c.html(
        <MembersPage
          {...props}
          place={placeOfRequest(c)}
          notice={noticeOf(c.req.query(), c.var.org.organization.timeZone)}
        />,
      )
    // A form leaves its empty fields in the address; the list's own has none.
    const { pathname, search } = new URL(c.req.url)
    if (pathname + search !== props.self) c.header('HX-Push-Url', props.self)
    return c.html(
      <Part place={placeOfRequest(c)}>
        <MemberList {...props} />
      </Part>,
    )
  })
  .route('/', member)
