import { type FC, useContext } from 'hono/jsx'
import { paths } from '../../src/paths'
import { exactWords } from '../../src/rules/dates'
import { COUNT_LIMIT } from '../../src/rules/lists'
import type { FieldErrors } from '../../src/rules/refusals'
import type { Place } from '../console'
import { Input, type Notice, TimeZone } from '../parts'
import { SettingsLayout } from './layout'

type Props = {
  place: Place
  belongings: { members: number; invitations: number; teams: number }
  deletion: {
    status: 'requested' | 'confirmed'
    name: string
    address: string
    expiresAt: number
    mailState: string
  } | null
  /** Whether accounts belong to this organization alone and go with it. */
  hasOwnAccounts: boolean
  values: { name: string }
  errors: FieldErrors
  notice: Notice | null
  change: string
  now: number
}

const many = (n: number, one: string) =>
  `${n < COUNT_LIMIT ? n : `${COUNT_LIMIT - 1}+`} ${n === 1 ? one : `${one}s`}`

const WhatGoes: FC<Pick<Props, 'belongings' | 'hasOwnAccounts'>> = ({ belongings, hasOwnAccounts }) => (
  <>
    <ul>
      <li>
        {many(belongings.members, 'member')}, {many(belongings.teams, 'team')}, and the roles of your own
      </li>
      <li>{many(belongings.invitations, 'invitation')}: links still out stop working</li>
      <li>API keys: what calls Usher with them is refused</li>
      <li>the audit log</li>
    </ul>
    <p>
      {hasOwnAccounts
        ? 'The accounts of your members belong to this organization alone and go with it.'
        : 'Your members keep their accounts, which they can use elsewhere.'}
    </p>
  </>
)

/** A request whose mail is still good; once it has run out there is nothing to say of it. */
const Requested: FC<{ deletion: NonNullable<Props['deletion']> }> = ({ deletion }) => {
  const timeZone = useContext(TimeZone)
  const failed = ['failed', 'bounced', 'complained'].includes(deletion.mailState)
  return (
    <div role="alert" data-variant={failed ? 'danger' : 'warning'}>
      {failed ? (
        <span>
          The mail to <strong>{deletion.address}</strong> could not be delivered. Ask again.
        </span>
      ) : (
        <span>
          {deletion.name} asked for it. A mail went to <strong>{deletion.address}</strong>; the link in it
          confirms, until {exactWords(deletion.expiresAt, timeZone)}. Asking again replaces it.
        </span>
      )}
    </div>
  )
}

const Ask: FC<Props> = ({ place, belongings, deletion, hasOwnAccounts, values, errors, change, now }) => {
  const { name, slug } = place.organization
  return (
    <section class="card narrow danger">
      <h2>Delete {name}</h2>
      {deletion && deletion.expiresAt > now && <Requested deletion={deletion} />}
      <p>Everything of the organization is deleted for good:</p>
      <WhatGoes belongings={belongings} hasOwnAccounts={hasOwnAccounts} />
      <p>
        You get a mail with a link to confirm it. After that every owner has seven days to undo it; meanwhile
        everything works as before.
      </p>
      <form method="post" action={paths.deletion(slug)}>
        <input type="hidden" name="change" value={change} />
        <Input
          name="name"
          label={`To go on, type the organization’s name: ${name}`}
          value={values.name}
          errors={errors}
          autocomplete="off"
          required
        />
        <button type="submit" data-variant="danger">
          Mail me the link
        </button>
      </form>
    </section>
  )
}

const Scheduled: FC<{ place: Place; at: number; change: string }> = ({ place, at, change }) => {
  const { name, slug, timeZone } = place.organization
  return (
    <section class="card narrow danger">
      <h2>{name} is going to be deleted</h2>
      <p>
        On <strong>{exactWords(at, timeZone)}</strong> everything of it is deleted for good. Until then it
        works as before, and any owner can undo this.
      </p>
      <form method="post" action={paths.undoDeletion(slug)}>
        <input type="hidden" name="change" value={change} />
        <button type="submit">Keep {name}</button>
      </form>
    </section>
  )
}

/** Deleting the organization: what goes, the name to type, and afterwards the way back. */
export const DeletionPage: FC<Props> = (props) => {
  const { place, notice, change } = props
  const { slug, deleteAt } = place.organization
  return (
    <SettingsLayout place={place} title="Deletion" current={paths.deletion(slug)} notice={notice}>
      {deleteAt === null ? <Ask {...props} /> : <Scheduled place={place} at={deleteAt} change={change} />}
    </SettingsLayout>
  )
}
