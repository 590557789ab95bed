import type { Child, FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { dayWords, exactWords } from '../../src/rules/dates'
import { type DeletionLinkState, UNDO_WITHIN } from '../../src/rules/deletion'
import { CardPage } from '../document'

type Facts = { organization: string; slug: string; timeZone: string; deleteAt: number | null }

type Props = {
  state: Exclude<DeletionLinkState, 'signed_out'>
  facts: Facts | null
  /** Whom the browser is signed in as. */
  viewer: { address: string } | null
  token: string
  change: string
  now: number
}

const HEADINGS = {
  invalid: 'Invalid link',
  wrong_account: 'Not for this account',
  not_allowed: 'Not yours to delete',
  replaced: 'Replaced by a newer mail',
  undone: 'Already undone',
  expired: 'Link expired',
  confirmed: 'Deletion confirmed',
} as const

const Settings: FC<{ facts: Facts; children?: Child }> = ({ facts, children }) => (
  <p>
    <a class="button" href={paths.deletion(facts.slug)}>
      {children}
    </a>
  </p>
)

const Confirm: FC<Pick<Props, 'token' | 'change' | 'now'> & { facts: Facts }> = (props) => {
  const { token, change, now, facts } = props
  const { organization, slug, timeZone } = facts
  return (
    <>
      <h1>Delete {organization}?</h1>
      <p>
        On {dayWords(now + UNDO_WITHIN, timeZone)} everything of <strong>{organization}</strong> is deleted
        for good: members, invitations, teams, roles, API keys and the audit log.
      </p>
      <p>Until then it works as before, everybody there is told, and any owner can undo it.</p>
      <form method="post" action={paths.deleteOrganization()}>
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="change" value={change} />
        <button type="submit" class="large" data-variant="danger">
          Delete {organization}
        </button>
      </form>
      <p>
        <a class="button outline" href={paths.home(slug)}>
          Keep it
        </a>
      </p>
    </>
  )
}

/** The link in the mail to the owner who asked: it shows, and only a press confirms. */
export const DeletionLinkPage: FC<Props> = ({ state, facts, viewer, token, change, now }) => {
  if (state === 'open' && facts)
    return (
      <CardPage title={`Delete ${facts.organization}`}>
        <Confirm token={token} change={change} now={now} facts={facts} />
      </CardPage>
    )
  const shown = facts && state !== 'open' ? state : 'invalid'
  const words: Record<typeof shown, Child> = {
    invalid: (
      <p>
        This link is not one of ours, part of it is missing, or what it was about is gone. Use the link in the
        most recent mail.
      </p>
    ),
    wrong_account: (
      <>
        <p>
          Only who asked for the deletion can confirm it. You are signed in as{' '}
          <strong>{viewer?.address}</strong>.
        </p>
        <form method="post" action={paths.signOut}>
          <input type="hidden" name="next" value={paths.deleteOrganization(token)} />
          <button type="submit" class="large">
            Switch account
          </button>
        </form>
      </>
    ),
    not_allowed: <p>Only an owner can delete an organization, and you are none there any more.</p>,
    replaced: (
      <p>
        The deletion was asked for again since. Use the link in the <strong>most recent mail</strong>.
      </p>
    ),
    undone: facts && (
      <>
        <p>
          The deletion of <strong>{facts.organization}</strong> was undone. To delete it after all, ask for it
          again.
        </p>
        <Settings facts={facts}>Go to the settings</Settings>
      </>
    ),
    expired: facts && (
      <>
        <p>
          The link to delete <strong>{facts.organization}</strong> worked for one hour. Ask for it again to
          get a new one.
        </p>
        <Settings facts={facts}>Go to the settings</Settings>
      </>
    ),
    confirmed: facts && (
      <>
        <p>
          <strong>{facts.organization}</strong> is deleted on{' '}
          {exactWords(facts.deleteAt ?? now, facts.timeZone)}. Until then any owner can undo it.
        </p>
        <Settings facts={facts}>Undo it, or look at it</Settings>
      </>
    ),
  }
  return (
    <CardPage title={HEADINGS[shown]}>
      <h1>{HEADINGS[shown]}</h1>
      {words[shown]}
    </CardPage>
  )
}
