import { env } from 'cloudflare:workers'
import type { Company } from './cast'
import { START } from './world'

/**
 * Many members at once, straight into the tables; every twentieth is inactive, every tenth a viewer, every fiftieth shares
 * a department and a team. `at` moves their numbers on.
 */
export const seedMembers = async (
  company: Company,
  count: number,
  { from = 0, team = null }: { from?: number; team?: string | null } = {},
): Promise<void> => {
  const numbers =
    'with recursive n(i) as (select cast(? as integer) union all select i + 1 from n where i + 1 < ?)'
  const id = "printf('00000000-0000-7000-9000-%012d', i)"
  await env.DB.batch([
    env.DB.prepare(
      `${numbers} insert into user (id, account_scope, address, typed_address, name, first_name, last_name, created_at)
        select ${id}, 'shared', printf('person%06d@example%d.com', i, i % 7), printf('Person%06d@example%d.com', i, i % 7),
          printf('Person%06d Last%06d', i, i * 7 % 1000000), printf('Person%06d', i), printf('Last%06d', i * 7 % 1000000), ?
        from n`,
    ).bind(from, from + count, START),
    env.DB.prepare(
      `${numbers} insert into member (organization_id, user_id, status, role, department, joined_at, inviter_name)
        select ?, ${id}, iif(i % 20, 'active', 'inactive'), iif(i % 10, 'member', 'viewer'), 'Department ' || (i % 50),
          ? + i, 'Inviter ' || (i % 5) from n`,
    ).bind(from, from + count, company.id, START),
    ...(team
      ? [
          env.DB.prepare(
            `insert into member_team (organization_id, user_id, team_id)
              select organization_id, user_id, ? from member where organization_id = ? and department = 'Department 7'`,
          ).bind(team, company.id),
        ]
      : []),
  ])
}
