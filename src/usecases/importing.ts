import type { OrganizationContext } from '../context'
import { evaluateCreate, type Judgements } from '../policies/registry'
import { parseAddress } from '../rules/addresses'
import { type DirectoryPerson, MAX_IMPORT, mayImportAddress } from '../rules/directory'
import type { ImportOutcome, Standing } from '../rules/importing'
import { hasLink, MAX_NAME, tidyName } from '../rules/names'
import { findRole, mayGrant, type Role } from '../rules/permissions'
import { type FieldErrors, refuse } from '../rules/refusals'
import {
  commitImport,
  type ImportCandidate,
  type ImportFact,
  readImportForm,
  readStandings,
} from '../storage/importing'
import type { Suggestions } from '../storage/invitations'
import { endLink } from '../storage/links'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'
import { type OpenDirectory, openDirectory } from './directory'
import { MAX_DEPARTMENT } from './sending'

/** Why there is nobody to choose from. */
export type Closed = Exclude<OpenDirectory, { kind: 'open' }>

export type FoundPerson = DirectoryPerson & { standing: Standing }
export type Search = {
  suggestions: Suggestions
  found: { kind: 'people'; people: FoundPerson[]; next: string | null } | Closed
}

/**
 * A page of the directory, with how each person stands to the organization already.
 * @throws Refused forbidden
 */
export const searchDirectory = async (
  ctx: OrganizationContext,
  { query, page }: { query: string; page: string | null },
): Promise<Search> => {
  authorise(ctx, 'member:manage', 'read')
  const { state, suggestions } = await readImportForm(ctx.db, ctx.organization.id)
  const opened = await openDirectory(ctx, state)
  if (opened.kind !== 'open') return { suggestions, found: opened }
  const answer = await opened.ask((directory, token) => directory.search(token, query, page))
  if (answer.kind !== 'people') return { suggestions, found: answer }
  const addressed = answer.people.flatMap((person) => addressOf(person) ?? [])
  const standings = await readStandings(
    ctx.db,
    ctx.organization.id,
    { ...opened.connection, provider: opened.provider },
    addressed.map(({ id, address }) => ({ directoryId: id, address })),
  )
  const byId = new Map(standings.map((standing) => [standing.id, standing]))
  const standingOf = (person: DirectoryPerson): Standing => {
    const known = byId.get(person.id)
    if (!known) return { kind: 'no_address' }
    if (known.userId) return { kind: 'member', userId: known.userId, active: known.memberStatus === 'active' }
    if (!mayImportAddress(ctx.organization.accountScope, person, Boolean(known.ofProvenDomain)))
      return { kind: 'not_vouched' }
    return { kind: known.invited ? 'invited' : 'free' }
  }
  const people = answer.people.map((person) => ({ ...person, standing: standingOf(person) }))
  return { suggestions, found: { kind: 'people', people, next: answer.next } }
}

/** Their address in its canonical form; null where the directory has none that is one. */
const addressOf = ({ id, address }: DirectoryPerson) => {
  const parsed = address === null ? null : parseAddress(address)
  return parsed?.ok ? { id, address: parsed.address, typed: parsed.typed } : null
}

export type ImportInput = {
  /** The directory's ids. */
  people: readonly string[]
  /** Key of a role; empty for the default. */
  role: string
  department: string
  teamIds: readonly string[]
  change: string
}

/** An outcome each, in the order given; or why the directory could not be asked, and then nothing was done. */
export type Imported = { kind: 'done'; outcomes: ImportOutcome[] } | Closed

const termsOf = ({ organization, actor, roles }: OrganizationContext, input: ImportInput) => {
  const { roleAtSending, defaultRole } = organization
  const ids = [...new Set(input.people)]
  const role = findRole(roleAtSending === 'not_offered' ? defaultRole : input.role || defaultRole, roles)
  const department = tidyName(input.department)
  const fields: FieldErrors = {}
  if (ids.length === 0) fields.people = 'Tick at least one person.'
  if (ids.length > MAX_IMPORT)
    fields.people = `${ids.length} are ticked; ${MAX_IMPORT} can be imported at once.`
  if (roleAtSending === 'required' && !input.role) fields.role = 'Choose a role.'
  else if (!role) fields.role = 'There is no such role.'
  if ([...department].length > MAX_DEPARTMENT)
    fields.department = `A department can have up to ${MAX_DEPARTMENT} characters.`
  if (!role || Object.keys(fields).length > 0) return refuse({ code: 'invalid_input', fields })
  if (!mayGrant(actor.role, role)) refuse({ code: 'role_not_grantable' })
  return { ids, role, department, teamIds: [...new Set(input.teamIds)] }
}

/** A name that somebody else wrote: whatever is no name is left out. */
const nameFrom = (text: string): string => {
  const name = tidyName(text)
  return hasLink(name) ? '' : [...name].slice(0, MAX_NAME).join('').trim()
}

type Chosen = Omit<ImportCandidate, 'allowed'>

const candidateOf = (person: DirectoryPerson, department: string): Chosen | null => {
  const addressed = person.active ? addressOf(person) : null
  return (
    addressed && {
      event: newId(),
      userId: newId(),
      identityId: newId(),
      directoryId: person.id,
      address: addressed.address,
      typed: addressed.typed,
      name: nameFrom(person.name),
      firstName: nameFrom(person.firstName) || null,
      lastName: nameFrom(person.lastName) || null,
      department: department || [...tidyName(person.department)].slice(0, MAX_DEPARTMENT).join(''),
      vouched: person.vouched,
    }
  )
}

/** The first of each address. */
const onceEach = (candidates: readonly Chosen[]): Chosen[] =>
  [...new Map(candidates.toReversed().map((one) => [one.address, one])).values()].toReversed()

const outcomeOf = (
  id: string,
  person: DirectoryPerson | undefined,
  candidate: Chosen | undefined,
  fact: ImportFact | undefined,
  { judged, seats }: { judged: Judgements; seats: number },
): ImportOutcome => {
  const about = { id, name: person?.name ?? '', address: person?.address ?? '' }
  if (!person) return { ...about, kind: 'not_found' }
  if (fact?.userId) {
    const { userId } = fact
    if (fact.done) return { ...about, kind: 'imported', userId }
    return { ...about, kind: 'already_member', userId, active: fact.memberStatus === 'active' }
  }
  if (!person.active) return { ...about, kind: 'inactive_there' }
  if (!addressOf(person)) return { ...about, kind: 'no_address' }
  if (!candidate || !fact) return { ...about, kind: 'same_address' }
  if (!fact.mayBeMade) return { ...about, kind: 'not_vouched' }
  const denial = judged.get(candidate.address)?.denied
  if (denial) return { ...about, kind: 'policy_denied', denial }
  return { ...about, kind: seats <= 0 ? 'no_seat_left' : 'not_imported' }
}

/**
 * Makes people of the directory members at once, without mail or press of theirs; they sign in by single sign-on.
 * Each is looked up again there, whatever the form said of them; each gets an outcome, and none stops the others.
 * @throws Refused forbidden, read_only_key, role_not_grantable, invalid_input; then nothing was done.
 */
export const importPeople = async (ctx: OrganizationContext, input: ImportInput): Promise<Imported> => {
  authorise(ctx, 'member:manage', 'write')
  const { ids, role, department, teamIds } = termsOf(ctx, input)
  const intent = actorIntent(ctx, input.change, 'import', ...ids, role.key, department, ...teamIds)
  const form = await readImportForm(ctx.db, ctx.organization.id, { teamIds, changeId: intent.changeId })
  if (form.teamIds.length < teamIds.length && !form.done)
    refuse({ code: 'invalid_input', fields: { team_ids: 'One of these teams is not there any more.' } })

  const opened = await openDirectory(ctx, form.state)
  if (opened.kind !== 'open') return opened
  const answer = await opened.ask((directory, token) => directory.find(token, ids))
  if (answer.kind !== 'people') return answer
  const people = new Map(answer.people.map((person) => [person.id, person]))
  const candidates = onceEach(
    ids.flatMap((id) => {
      const person = people.get(id)
      return (person && candidateOf(person, department)) ?? []
    }),
  )
  const judged = await judge(ctx, candidates, { role, department, teamIds: form.teamIds })
  const facts = await commitImport(
    ctx.db,
    {
      ...changing(ctx, intent),
      connected: { ...opened.connection, provider: opened.provider },
      role,
      teamIds: form.teamIds,
    },
    candidates.map((one) => ({ ...one, allowed: !judged.get(one.address)?.denied })),
  )
  for (const { hash, expiresAt } of facts.ended)
    ctx.defer('link.end', endLink(ctx.links, hash, 'accepted', expiresAt, ctx.now))
  if (!facts.actorMay) refuse({ code: 'forbidden', permission: 'member:manage' })
  const factOf = new Map(facts.people.map((fact) => [fact.id, fact]))
  const outcomes = ids.map((id) =>
    outcomeOf(
      id,
      people.get(id),
      candidates.find(({ directoryId }) => directoryId === id),
      factOf.get(id),
      { judged, seats: facts.seats },
    ),
  )
  return { kind: 'done', outcomes }
}

const judge = async (
  ctx: OrganizationContext,
  candidates: readonly Chosen[],
  terms: { role: Role; department: string; teamIds: readonly string[] },
): Promise<Judgements> => {
  const addresses = candidates.map(({ address }) => address)
  return addresses.length === 0 ? new Map() : evaluateCreate(ctx, { ...terms, addresses }, 'import')
}
