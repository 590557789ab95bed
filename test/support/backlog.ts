import { deriveKeys, mintToken } from '../../src/rules/tokens'
import type { Company } from './cast'
import { APP_URL, run, START, type World } from './world'

const CHUNK = 2500
const idOf = (kind: number, n: number) =>
  `${String(kind).repeat(8)}-0000-7000-8000-${String(n).padStart(12, '0')}`

/** The delivery of the nth invitation of a backlog. */
export const deliveryOf = (n: number): string => idOf(1, n)

/** Many invitations whose mails are all overdue, the first ones longest, with their events; straight into the tables. */
export const seedBacklog = async (world: World, company: Company, count: number): Promise<void> => {
  const { link } = deriveKeys(world.env.ROOT_SECRET ?? '')
  const all = Array.from({ length: count }, (_, n) => {
    const id = idOf(0, n)
    const { hash } = mintToken(link, 'invitation', id, 1)
    return { n, id, delivery: deliveryOf(n), hash, address: `person${n}@example.com` }
  })
  for (let at = 0; at < count; at += CHUNK) {
    const some = JSON.stringify(all.slice(at, at + CHUNK))
    await run(
      `insert into invitation (id, organization_id, address, typed_address, role, status, key_id, token_hash, first_sent_at,
          sent_at, expires_at, inviter_kind, inviter_id, inviter_name, change_id, created_at)
        select value->>'id', ?2, value->>'address', value->>'address', 'member', 'pending', ?3, value->>'hash', ?4, ?4, ?5,
          'user', 'somebody', 'Ada Admin', 'seed', ?4 from json_each(?1)`,
      some,
      company.id,
      link.id,
      START,
      START + 1e9,
    )
    await run(
      `insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, due_at, created_at)
        select value->>'delivery', ?2, 'invitation', value->>'id', 1, value->>'address', json_object('organization', 'Acme',
          'inviter', 'Ada Admin', 'role', 'member', 'note', '', 'expiresAt', ?3, 'to', value->>'address',
          'from', 'mail@localhost', 'appUrl', ?4), 'queued', ?5 + (value->>'n'), ?5 from json_each(?1)`,
      some,
      company.id,
      START + 1e9,
      APP_URL,
      START - count,
    )
    await run(
      `insert into audit_event (id, change_id, organization_id, action, actor_kind, actor_id, actor_name, target_kind,
          target_id, target_name, at, detail)
        select 'event' || (value->>'n'), 'seed', ?2, 'invitation.sent', 'user', 'somebody', 'Ada Admin', 'invitation',
          value->>'id', value->>'address', ?3, '{}' from json_each(?1)`,
      some,
      company.id,
      START,
    )
  }
}
