import { type Denial, denialWords } from './policies'

type About = {
  /** As the directory knows them. */
  id: string
  name: string
  /** As the directory writes it; empty where it has none, or has them no more. */
  address: string
}

/** What happened to one person of an import. */
export type ImportOutcome = About &
  (
    | { kind: 'imported'; userId: string }
    | { kind: 'already_member'; userId: string; active: boolean }
    | { kind: 'policy_denied'; denial: Denial }
    | {
        kind:
          | 'no_seat_left'
          | 'no_address'
          | 'same_address'
          | 'not_vouched'
          | 'inactive_there'
          | 'not_found'
          /** Not by this press, which lost a race; a new one may. */
          | 'not_imported'
      }
  )
export type NotImported = Exclude<ImportOutcome, { kind: 'imported' }>

/** How somebody in the directory stands to the organization before they are imported. */
export type Standing =
  | { kind: 'free' | 'invited' | 'no_address' | 'not_vouched' }
  | { kind: 'member'; userId: string; active: boolean }

export const mayTick = ({ kind }: Standing): boolean => kind === 'free' || kind === 'invited'

const NOT_VOUCHED = 'Nobody has proven that this address is theirs: invite it by email, or prove its domain'

/** What stands beside somebody in the list. */
export const standingWords = (standing: Standing): string | null => {
  switch (standing.kind) {
    case 'free':
      return null
    case 'invited':
      return 'Invited: importing settles the invitation'
    case 'member':
      return standing.active ? 'Already a member' : 'Already a member, inactive'
    case 'no_address':
      return 'No email address'
    case 'not_vouched':
      return NOT_VOUCHED
  }
}

/** Why somebody was not imported, in words that stand beside them. */
export const importReason = (outcome: NotImported): string => {
  switch (outcome.kind) {
    case 'already_member':
      return outcome.active ? 'Already a member' : 'Already a member, inactive'
    case 'policy_denied':
      return denialWords(outcome.denial)
    case 'no_seat_left':
      return 'No seat left'
    case 'no_address':
      return 'No email address in the directory'
    case 'same_address':
      return 'Somebody else that was ticked has the same address'
    case 'not_vouched':
      return NOT_VOUCHED
    case 'inactive_there':
      return 'Suspended or disabled in the directory'
    case 'not_found':
      return 'Not in the directory any more'
    case 'not_imported':
      return 'Not imported this time; try again'
  }
}

/** Whether pressing again may do it, so that they stay ticked. */
export const mayTryAgain = ({ kind }: NotImported): boolean =>
  kind === 'no_seat_left' || kind === 'not_imported'

export const importedWords = (n: number): string => `${n} ${n === 1 ? 'person' : 'people'} imported`
