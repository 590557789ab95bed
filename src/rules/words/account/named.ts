import { type Phrase, say, stress } from '../../pieces'

export type Account = { account: string; organization: string | null }

/** An account by its address, and by its organization where it belongs to one alone. */
export const named = ({ account, organization }: Account): Phrase =>
  organization === null ? [stress(account)] : say`${stress(account)} (${stress(organization)})`
