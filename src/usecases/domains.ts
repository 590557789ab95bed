import { randomBytes } from 'node:crypto'
import type { OrganizationContext } from '../context'
import { checkProof, MAX_DOMAINS, type ProofCheck, readDomain } from '../rules/domains'
import { refuse } from '../rules/refusals'
import {
  commitDomain,
  commitDomainRemoval,
  commitProof,
  type DomainFacts,
  type DomainRow,
  listDomains as listRows,
} from '../storage/domains'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'

export const listDomains = (ctx: OrganizationContext): Promise<DomainRow[]> => {
  authorise(ctx, 'settings:manage', 'read')
  return listRows(ctx.db, ctx.organization.id)
}

/** The domain that a form is about. @throws Refused forbidden, not_found */
export const showDomain = async (ctx: OrganizationContext, domain: string): Promise<DomainRow> => {
  authorise(ctx, 'settings:manage', 'write')
  const [row] = await listRows(ctx.db, ctx.organization.id, domain)
  return row ?? refuse({ code: 'not_found' })
}

const refuseDomain = (words: string): never => refuse({ code: 'invalid_input', fields: { domain: words } })

const changeOf = (ctx: OrganizationContext, verb: string, domain: string, change: string) => ({
  event: newId(),
  ...changing(ctx, actorIntent(ctx, change, verb, domain)),
  domain,
})

/** Done, by this press or an earlier one; or why not. */
const requireDone = (facts: DomainFacts): void => {
  if (facts.done) return
  if (!facts.actorMay) refuse({ code: 'forbidden', permission: 'settings:manage' })
  refuse({ code: facts.there ? 'changed_meanwhile' : 'not_found' })
}

/**
 * Lists a domain with a proof of its own, which its TXT record has to say before it counts. Answers the domain as it
 * was read. Several organizations may list the same one.
 * @throws Refused forbidden, invalid_input
 */
export const addDomain = async (
  ctx: OrganizationContext,
  input: { domain: string; change: string },
): Promise<string> => {
  authorise(ctx, 'settings:manage', 'write')
  const read = readDomain(input.domain)
  if ('problem' in read) return refuseDomain(read.problem)
  const { domain } = read
  const change = changeOf(ctx, 'add-domain', domain, input.change)
  const facts = await commitDomain(ctx.db, change, randomBytes(16).toString('hex'), MAX_DOMAINS)
  if (!facts.done && facts.actorMay) {
    if (facts.there) refuseDomain('It is in the list already.')
    if (facts.count >= MAX_DOMAINS) refuseDomain(`An organization can list up to ${MAX_DOMAINS} domains.`)
    refuse({ code: 'changed_meanwhile' })
  }
  requireDone(facts)
  return domain
}

/**
 * Looks for the domain's TXT record, and notes that it is proven where it says what it has to.
 * @throws Refused forbidden, not_found, changed_meanwhile
 */
export const proveDomain = async (
  ctx: OrganizationContext,
  input: { domain: string; change: string },
): Promise<ProofCheck> => {
  const { domain, proof, provenAt } = await showDomain(ctx, input.domain)
  if (provenAt !== null) return { kind: 'proven' }
  const check = checkProof(await ctx.resolver.lookUp({ name: domain, type: 'TXT' }), proof)
  if (check.kind !== 'proven') return check
  const facts = await commitProof(ctx.db, changeOf(ctx, 'prove-domain', domain, input.change), proof)
  if (!facts.proven) requireDone(facts)
  return check
}

/** Takes a domain off the list; what was proven counts no more. @throws Refused forbidden, not_found */
export const removeDomain = async (
  ctx: OrganizationContext,
  input: { domain: string; change: string },
): Promise<void> => {
  authorise(ctx, 'settings:manage', 'write')
  requireDone(await commitDomainRemoval(ctx.db, changeOf(ctx, 'remove-domain', input.domain, input.change)))
}
