import { v7 as uuid } from 'uuid'
import { addAccount, addApiKey, addTeam, type Company, freshChange, inviteAndMail, type Person } from './cast'
import { run, START, tokenIn, type World } from './world'

/** Gives Acme something in every table that hangs on an organization, through its pages where there are some. */
export const fillAcme = async (
  world: World,
  company: Company,
  owner: Person,
  scope = 'shared',
): Promise<void> => {
  const teams = [await addTeam(company, 'Support'), await addTeam(company, 'Sales')]
  await addApiKey(company)
  await run(
    'insert into role (id, organization_id, name, permissions, created_at) values (?, ?, ?, ?, ?)',
    uuid(),
    company.id,
    'Helper',
    '["organization:read"]',
    START,
  )
  for (const name of ['jane', 'john', 'kim']) {
    const address = `${name}@example.com`
    const token = tokenIn(await inviteAndMail(world, owner, address, { team: teams }))
    if (name === 'kim') continue
    const { cookie } = await addAccount(name, address, scope)
    const form = { token, way: 'join', change: freshChange() }
    const joined = await world.fetch('/accept-invitation', { cookie, form })
    if (joined.status !== 303) throw new Error(`${name} did not join`)
  }
  await run(
    'insert into member_team (organization_id, user_id, team_id) values (?, ?, ?)',
    company.id,
    owner.id,
    teams[0],
  )
}

/** Many members, invitations, deliveries and audit events at once, straight into the tables. */
export const seedBelongings = async (company: Company, count: number, scope = 'shared'): Promise<void> => {
  const numbers = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < ?1)'
  await run(
    `${numbers} insert into user (id, account_scope, address, typed_address, name, created_at)
      select ?2 || '-u' || i, ?3, ?2 || i || '@big.test', ?2 || i || '@big.test', 'Member ' || i, 1 from n`,
    count,
    company.slug,
    scope,
  )
  await run(
    `${numbers} insert into member (organization_id, user_id, role, joined_at)
      select ?3, ?2 || '-u' || i, 'member', 1 from n`,
    count,
    company.slug,
    company.id,
  )
  await run(
    `${numbers} insert into session (hash, user_id, created_at, expires_at)
      select ?2 || '-s' || i, ?2 || '-u' || i, 1, ?3 from n`,
    count,
    company.slug,
    START + 1e12,
  )
  await run(
    `${numbers} insert into invitation (id, organization_id, address, typed_address, role, status, accepted_by, key_id,
        token_hash, first_sent_at, sent_at, expires_at, inviter_kind, inviter_id, inviter_name, change_id, created_at)
      select ?2 || '-i' || i, ?3, ?2 || i || '@big.test', ?2 || i || '@big.test', 'member', 'accepted', ?2 || '-u' || i,
        'key', ?2 || i, 1, 1, 2, 'user', 'somebody', 'Somebody', 'seed', 1 from n`,
    count,
    company.slug,
    company.id,
  )
  await run(
    `${numbers} insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, due_at, created_at)
      select ?2 || '-d' || i, ?3, 'invitation', ?2 || '-i' || i, 1, ?2 || i || '@big.test', '{}', 'sent', 1, 1 from n`,
    count,
    company.slug,
    company.id,
  )
  await run(
    `${numbers} insert into audit_event (id, change_id, organization_id, action, actor_kind, actor_name, target_kind,
        target_id, target_name, at, detail)
      select ?2 || '-e' || i, ?2 || '-e' || i, ?3, 'invitation.sent', 'user', 'Somebody', 'invitation',
        ?2 || '-i' || i, 'x', 1, '{}' from n`,
    count,
    company.slug,
    company.id,
  )
}
