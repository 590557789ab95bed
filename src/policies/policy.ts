import type { Role } from '../rules/permissions'
import type { Denial } from '../rules/policies'

export type { Denial }

export type Decision =
  | { kind: 'allow' }
  | ({ kind: 'deny' } & Denial)
  /** The mail waits until then (in ms). */
  | { kind: 'hold'; until: number; message: string }
  /** Nothing is sent before another admin has approved it. */
  | { kind: 'ask_approval'; message: string }

export const allow = (): Decision => ({ kind: 'allow' })
export const deny = (denial: Denial): Decision => ({ kind: 'deny', ...denial })
export const hold = (until: number, message: string): Decision => ({ kind: 'hold', until, message })
export const askApproval = (message: string): Decision => ({ kind: 'ask_approval', message })

/** One decision for the whole operation, or one for each of its addresses (those left out are allowed). */
export type Verdict = Decision | ReadonlyMap<string, Decision>

export const forEachAddress = (
  { addresses }: { addresses: readonly string[] },
  decide: (address: string) => Decision,
): ReadonlyMap<string, Decision> => new Map(addresses.map((address) => [address, decide(address)]))

/** Rows of a query that reads: `read('select plan from subscription where organization_id = ?', organization.id)`. */
export type Read = <Row>(query: string, ...values: (string | number | null)[]) => Promise<Row[]>

/** What every policy is told. */
export type Operation = {
  actor:
    | { kind: 'user' | 'api_key'; id: string; name: string; role: Role }
    | { kind: 'invitee'; id: string | null; name: string }
  organization: { id: string; name: string; slug: string; timeZone: string }
  /** In their canonical form, each once. */
  addresses: readonly string[]
  via: 'form' | 'api' | 'import' | 'link' | 'sso'
  now: number
  read: Read
}

/** `role` is null where it is not there any more. */
export type Invited = {
  id: string
  address: string
  role: Role | null
  /** Whether a second admin has approved it. */
  approved: boolean
}
/** Who enters just in time, without an invitation, has no id yet. */
export type Entering = { id: string | null; address: string; role: Role | null }

export type CreateContext = Operation & { role: Role; department: string; teamIds: readonly string[] }
export type ResendContext = Operation & { invitations: readonly Invited[] }
export type AcceptContext = Operation & { invitation: Entering }
export type RevokeContext = Operation & { invitations: readonly Invited[] }

export type Policy<Context> = {
  id: string
  evaluate: (context: Context) => Verdict | Promise<Verdict>
}

export const definePolicy = <Context>(policy: Policy<Context>): Policy<Context> => policy
