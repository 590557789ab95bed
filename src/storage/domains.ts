import { type SQL, sql } from 'drizzle-orm'
import { COUNT_LIMIT } from '../rules/lists'
import { type Answer, rowOf, rowsOf, runBatch } from './batch'
import type { Changing } from './changes'
import { actorStillMay, CLAIM_COLUMNS, claimValues, notYetDone } from './guards'

/** `address`, a canonical one, is of a domain that the organization has proven. */
export const isOfProvenDomain = (organizationId: SQL | string, address: SQL | string): SQL =>
  sql`exists (select 1 from domain d where d.organization_id = ${organizationId} and d.proven_at is not null
    and d.domain = substr(${address}, instr(${address}, '@') + 1))`

/** The domains that an organization has proven, in order; a statement for a batch, and `provenDomainsOf` reads its answer. */
export const provenDomains = (organizationId: SQL | string): SQL =>
  sql`select domain from domain where organization_id = ${organizationId} and proven_at is not null order by domain`

export const provenDomainsOf = (answer: Answer | undefined): string[] =>
  rowsOf<{ domain: string }>(answer).map(({ domain }) => domain)

export type DomainRow = {
  domain: string
  proof: string
  provenAt: number | null
  createdAt: number
  /** Active members with an address of it; counts stop at `COUNT_LIMIT`. */
  members: number
}

const ROW = sql`d.domain, d.proof, d.proven_at as "provenAt", d.created_at as "createdAt",
  (select count(*) from (select 1 from member m where m.organization_id = d.organization_id and m.status = 'active'
    and m.domain = d.domain limit ${COUNT_LIMIT})) as members`

/** The organization's domains, those to be proven first; or the one that is asked for. */
export const listDomains = async (
  db: D1Database,
  organizationId: string,
  only: string | null = null,
): Promise<DomainRow[]> => {
  const [domains] = await runBatch(db, [
    sql`select ${ROW} from domain d where d.organization_id = ${organizationId}
      ${only === null ? sql`` : sql`and d.domain = ${only}`} order by d.proven_at is not null, d.domain`,
  ])
  return rowsOf<DomainRow>(domains)
}

export type DomainChange = Changing & { event: string; domain: string }

/** What there is after a change of domains, from which its outcome is named. */
export type DomainFacts = {
  done: boolean
  actorMay: boolean
  there: boolean
  proven: boolean
  count: number
}

const claim = (change: DomainChange, action: 'added' | 'proven' | 'removed', detail: SQL, from: SQL): SQL =>
  sql`insert into audit_event ${CLAIM_COLUMNS}
    select ${claimValues({
      id: change.event,
      changeId: change.changeId,
      organizationId: change.organizationId,
      action: `domain.${action}`,
      actor: change.actor,
      target: { kind: 'domain', id: change.domain, name: change.domain },
      at: change.now,
      detail,
    })}
    ${from} and ${actorStillMay(change.organizationId, change.actor)} and ${notYetDone(change.changeId)}`

/** The domain of a change, as row `d`. */
const domainOf = ({ organizationId, domain }: DomainChange): SQL =>
  sql`from domain d where d.organization_id = ${organizationId} and d.domain = ${domain}`

const countOf = (organizationId: string): SQL =>
  sql`(select count(*) from domain where organization_id = ${organizationId})`

const facts = (change: DomainChange): SQL =>
  sql`select exists (select 1 from audit_event where change_id = ${change.changeId}) as done,
    ${actorStillMay(change.organizationId, change.actor)} as "actorMay",
    exists (select 1 ${domainOf(change)}) as there,
    exists (select 1 ${domainOf(change)} and d.proven_at is not null) as proven,
    ${countOf(change.organizationId)} as count`

const factsOf = (answers: Answer[]): DomainFacts => {
  const row = rowOf<Record<keyof DomainFacts, number>>(answers.at(-1))
  return {
    done: Boolean(row?.done),
    actorMay: Boolean(row?.actorMay),
    there: Boolean(row?.there),
    proven: Boolean(row?.proven),
    count: row?.count ?? 0,
  }
}

/** Lists a domain, not proven yet, while it is not there and there are fewer than `most`. */
export const commitDomain = async (
  db: D1Database,
  change: DomainChange,
  proof: string,
  most: number,
): Promise<DomainFacts> => {
  const { event, organizationId, domain, now } = change
  return factsOf(
    await runBatch(db, [
      claim(
        change,
        'added',
        sql`json_object()`,
        sql`where not exists (select 1 ${domainOf(change)}) and ${countOf(organizationId)} < ${most}`,
      ),
      sql`insert into domain (organization_id, domain, proof, created_at)
        select organization_id, ${domain}, ${proof}, ${now} from audit_event where id = ${event}`,
      facts(change),
    ]),
  )
}

/** Notes that a domain is proven, while its record has to say what was looked for. */
export const commitProof = async (
  db: D1Database,
  change: DomainChange,
  proof: string,
): Promise<DomainFacts> => {
  const { event, now } = change
  return factsOf(
    await runBatch(db, [
      claim(
        change,
        'proven',
        sql`json_object()`,
        sql`${domainOf(change)} and d.proof = ${proof} and d.proven_at is null`,
      ),
      sql`update domain set proven_at = ${now}
        where (organization_id, domain) in (select organization_id, target_id from audit_event where id = ${event})`,
      facts(change),
    ]),
  )
}

export const commitDomainRemoval = async (db: D1Database, change: DomainChange): Promise<DomainFacts> =>
  factsOf(
    await runBatch(db, [
      claim(
        change,
        'removed',
        sql`json_object('before', json_object('proven', json(iif(d.proven_at is null, 'false', 'true'))))`,
        domainOf(change),
      ),
      sql`delete from domain
        where (organization_id, domain) in (select organization_id, target_id from audit_event where id = ${change.event})`,
      facts(change),
    ]),
  )
