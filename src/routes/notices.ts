import { importedWords } from '../rules/importing'
import {
  approvalDeclinedWords,
  approvedWords,
  type Held,
  heldWords,
  resentWords,
  revokedWords,
  sentWords,
  withdrawnWords,
} from '../rules/outcomes'

export type Notice = { words: string; variant: 'success' | 'warning' | 'danger' }

const WORDS: Record<string, (n: number, waiting: number, awaiting: number) => string> = {
  sent: sentWords,
  resent: resentWords,
  revoked: revokedWords,
  withdrawn: withdrawnWords,
  approved: approvedWords,
  'approval-declined': approvalDeclinedWords,
  'reminders-paused': () => 'Reminders paused',
  'reminders-resumed': () => 'Reminders resumed',
  edited: () => 'Invitation changed',
  unchanged: () => 'Nothing to change: it is so already',
  imported: importedWords,
  'directory-connected': () => 'Directory connected',
  'directory-disconnected': () => 'Directory disconnected',
  'key-revoked': () => 'API key revoked',
  'settings-saved': () => 'Settings saved',
  'sending-resumed': () => 'Sending goes on: what waited leaves within a minute or two',
  'sending-unchanged': () => 'Sending goes on already',
  'connection-saved': () => 'Saved. Test it, then switch it on.',
  'connection-replaced': () =>
    'Saved. The redirect URI is another one now: enter it at the provider, then test.',
  'connection-removed': () => 'Identity provider disconnected',
  'sso-on': () => 'Single sign-on is on',
  'sso-off': () => 'Single sign-on is off, and nobody has to use it',
  'settings-unchanged': () => 'Nothing to save: it is so already',
  'member-changed': () => 'Member changed',
  'member-deactivated': () => 'Member deactivated',
  'member-reactivated': () => 'Member reactivated',
  'member-removed': () => 'Member removed',
  'role-created': () => 'Role made',
  'role-changed': () => 'Role changed',
  'role-deleted': () => 'Role deleted',
  'team-created': () => 'Team made',
  'team-renamed': () => 'Team renamed',
  'team-deleted': () => 'Team deleted',
  'domain-added': () => 'Domain added. Prove it with its TXT record.',
  'domain-proven': () => 'Domain proven',
  'domain-removed': () => 'Domain removed',
  'password-set': () => 'New password set. You are signed in.',
  left: () => 'You have left the organization',
  'organization-created': () => 'Your new organization',
  'deletion-requested': () => 'Check your mail: the link in it confirms the deletion',
  'deletion-confirmed': () => 'Deletion confirmed. It can be undone for seven days.',
  'deletion-undone': () => 'Deletion undone',
  welcome: () => 'Welcome! You are a member now.',
  'invitation-used': () => 'Invitation already used: you are in.',
}

const countIn = (text: string | undefined): number => {
  const n = Number(text)
  return Number.isSafeInteger(n) && n >= 0 ? n : 0
}

const LATEST = 8.64e15

const heldIn = (query: Query): Held | null => {
  const [n, until] = [countIn(query.held), countIn(query.until)]
  return n > 0 && until > 0 && until <= LATEST ? { n, until, why: null } : null
}

/** What the notice of a redirect needs to know of the mails that a policy holds. */
export const heldQuery = (held: Held | null) => (held ? { held: held.n, until: held.until } : {})

type Query = Partial<Record<'notice' | 'n' | 'waiting' | 'awaiting' | 'held' | 'until', string | undefined>>

/** What a redirect tells the next page, out of a closed set of words. */
export const noticeOf = (query: Query, timeZone = 'UTC'): Notice | null => {
  const words = Object.hasOwn(WORDS, query.notice ?? '') && WORDS[query.notice ?? '']
  const [n, waiting, held] = [countIn(query.n), countIn(query.waiting), heldIn(query)]
  const awaiting = countIn(query.awaiting)
  return words
    ? {
        words: `${words(n, waiting, awaiting)}${heldWords(n - awaiting, held, timeZone)}`,
        variant: waiting + awaiting > 0 || held ? 'warning' : 'success',
      }
    : null
}
