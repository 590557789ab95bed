import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { mayTick, type Standing, standingWords } from '../../src/rules/importing'
import type { FieldErrors } from '../../src/rules/refusals'
import { Address } from '../parts'

/** Somebody ticked; the label is what the form showed of them, for showing it again. */
export type Ticked = { id: string; label: string }

export type Listed = {
  id: string
  name: string
  address: string | null
  department: string
  standing: Standing
}

/** Why nobody can be listed just now. */
export type Closed =
  | { kind: 'no_connection' | 'no_directory' | 'not_enabled' | 'not_connected' | 'expired' }
  | { kind: 'problem'; detail: string; remedy: string }

const ticked = ({ id, label }: Ticked): string => `${id} ${label}`

/** Somebody as the lists and the mistakes name them. */
export const labelOf = ({ name, address }: Pick<Listed, 'name' | 'address'>): string =>
  name && address ? `${name} <${address}>` : name || address || ''

const CLOSED: Record<Exclude<Closed['kind'], 'problem'>, { title: string; text: string; link: string }> = {
  no_connection: {
    title: 'No identity provider is connected yet',
    text: 'People can be imported from Google Workspace and from Microsoft Entra ID, and sign in there afterwards.',
    link: 'Connect one',
  },
  no_directory: {
    title: 'This identity provider has no directory that can be read',
    text: 'People can be imported from Google Workspace and from Microsoft Entra ID.',
    link: 'See the connection',
  },
  not_enabled: {
    title: 'Single sign-on is not switched on',
    text: 'Whoever is imported signs in by it, so it has to be on first.',
    link: 'Switch it on',
  },
  not_connected: {
    title: 'The directory is not connected yet',
    text: 'Somebody who administers it has to consent that Usher may read it.',
    link: 'Connect the directory',
  },
  expired: {
    title: 'The consent to read the directory has expired',
    text: 'It was withdrawn, or its time is over. Connect the directory again, then go on here: nothing of this form is lost.',
    link: 'Connect the directory again',
  },
}

/** What to do before there is anybody to choose from. */
const ClosedNotice: FC<{ closed: Closed; slug: string; mayConnect: boolean }> = ({
  closed,
  slug,
  mayConnect,
}) => {
  if (closed.kind === 'problem')
    return (
      <div role="alert" data-variant="danger">
        <span>
          {closed.detail} {closed.remedy}
        </span>
      </div>
    )
  const { title, text, link } = CLOSED[closed.kind]
  const isExpired = closed.kind === 'expired'
  return (
    <div class="empty" role={isExpired ? 'alert' : undefined}>
      <p>
        <strong>{title}</strong>
      </p>
      <p>{text}</p>
      {mayConnect ? (
        // What is typed here stays where it is: consent is given in a tab of its own.
        <a class="button outline" href={paths.signInSettings(slug)} target={isExpired ? '_blank' : undefined}>
          {link}
        </a>
      ) : (
        <p>Ask somebody who may change the settings to do that, under Settings › Sign-in.</p>
      )}
    </div>
  )
}

type PersonProps = { person: Listed; checked: boolean; slug: string }

const PersonRow: FC<PersonProps> = ({ person, checked, slug }) => {
  const { id, name, address, department, standing } = person
  const words = standingWords(standing)
  const about = (
    <>
      <span class="who">
        <strong>{name || (address ? <Address typed={address} /> : id)}</strong>
        {name && address && (
          <small>
            <Address typed={address} />
          </small>
        )}
      </span>
      {department && <span class="department">{department}</span>}
    </>
  )
  return (
    <li>
      {mayTick(standing) ? (
        <label>
          <input
            type="checkbox"
            name="person"
            value={ticked({ id, label: labelOf(person) })}
            checked={checked}
          />
          {about}
        </label>
      ) : (
        <div class="unoffered">{about}</div>
      )}
      {words && (
        <p class="why">
          {standing.kind === 'member' ? <a href={paths.member(slug, standing.userId)}>{words}</a> : words}
        </p>
      )}
    </li>
  )
}

/** Who was ticked on another page or in another search; unticking takes them out. */
const TickedBefore: FC<{ people: readonly Ticked[] }> = ({ people }) =>
  people.length === 0 ? null : (
    <fieldset class="pick before">
      <legend>Ticked before</legend>
      <ul>
        {people.map((person) => (
          <li>
            <label>
              <input type="checkbox" name="person" value={ticked(person)} checked />
              <span class="who">{person.label || person.id}</span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  )

export type PeopleProps = {
  slug: string
  found: { kind: 'people'; people: readonly Listed[]; next: string | null } | Closed
  /** The search that `found` answers, and its page. */
  shown: { query: string; page: string }
  values: { people: readonly Ticked[] }
  errors: FieldErrors
  /** Whether the viewer may connect the directory. */
  mayConnect: boolean
}

/** Who of the directory is found and who was ticked before, or what to do before anybody can be. */
export const People: FC<PeopleProps> = ({ found, values, shown, slug, errors, mayConnect }) => {
  const chosen = new Set(values.people.map(({ id }) => id))
  const here = new Set(found.kind === 'people' ? found.people.map(({ id }) => id) : [])
  return (
    <>
      <TickedBefore people={values.people.filter(({ id }) => !here.has(id))} />
      {found.kind !== 'people' && <ClosedNotice closed={found} slug={slug} mayConnect={mayConnect} />}
      {found.kind === 'people' && found.people.length === 0 && (
        <p class="none">{shown.query ? `Nobody there matches “${shown.query}”.` : 'Nobody is there.'}</p>
      )}
      {found.kind === 'people' && found.people.length > 0 && (
        <fieldset class="pick" aria-describedby={errors.people ? 'people-error' : undefined}>
          <legend>{shown.query ? `People who match “${shown.query}”` : 'People in the directory'}</legend>
          <ul>
            {found.people.map((person) => (
              <PersonRow person={person} checked={chosen.has(person.id)} slug={slug} />
            ))}
          </ul>
        </fieldset>
      )}
      {found.kind === 'people' && (found.next || shown.page) && (
        <p class="pages">
          {found.next && (
            <button type="submit" class="outline small" name="page" value={found.next} formnovalidate>
              More people
            </button>
          )}
          {shown.page && (
            <button type="submit" class="outline small" name="do" value="first" formnovalidate>
              Back to the first
            </button>
          )}
        </p>
      )}
      {errors.people && (
        <p class="error" id="people-error" role="alert">
          {errors.people}
        </p>
      )}
    </>
  )
}
