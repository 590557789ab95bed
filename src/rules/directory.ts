import type { AccountScope } from './names'

/** Somebody as an identity provider's directory has them. */
export type DirectoryPerson = {
  /** Google's is the `sub` of their ID tokens, Microsoft's the `oid`. */
  id: string
  /** As the directory writes it; null for who has none. */
  address: string | null
  name: string
  firstName: string
  lastName: string
  department: string
  /** Not suspended, archived or disabled there. */
  active: boolean
  /** Whether the address is of a domain that the provider itself has seen proven, and not merely written down there. */
  vouched: boolean
}

/** A page of people; `expired` where the consent no longer counts; else what is wrong, and the way to mend it. */
export type DirectoryAnswer =
  | { kind: 'people'; people: DirectoryPerson[]; next: string | null }
  | { kind: 'expired' }
  | { kind: 'problem'; detail: string; remedy: string }

/** How many people one import may name. */
export const MAX_IMPORT = 100

/**
 * Whether an organization may make the account of an address without asking its owner. Accounts of its own are its own
 * affair; a shared one is somebody's, so that somebody has to have proven the address's domain: the organization here,
 * or the directory's provider.
 */
export const mayImportAddress = (
  scope: AccountScope,
  { vouched }: Pick<DirectoryPerson, 'vouched'>,
  ofProvenDomain: boolean,
): boolean => scope === 'own' || vouched || ofProvenDomain
