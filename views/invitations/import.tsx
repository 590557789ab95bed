import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { importReason, type NotImported } from '../../src/rules/importing'
import { Console, type Place } from '../console'
import { DialogForm } from '../dialog'
import { FormError, hasInvalid, type Notice } from '../parts'
import { labelOf, People, type PeopleProps, type Ticked } from './directory-people'
import { InviteTabs } from './tabs'
import { formError, SeatRemedy, TermsFields, type TermsProps } from './terms'

export type ImportFormProps = TermsProps &
  Omit<PeopleProps, 'values'> & {
    inDialog: boolean
    values: TermsProps['values'] & { query: string; people: Ticked[]; from: string }
    /** Those of the last import who were not imported. */
    failures: NotImported[]
    /** What did come of it. */
    done: string | null
    limits: { department: number; people: number }
    upgradeUrl: string | null
    back: string
    change: string
  }

const Failures: FC<Pick<ImportFormProps, 'failures' | 'slug' | 'upgradeUrl'>> = ({
  failures,
  slug,
  upgradeUrl,
}) => (
  <>
    <SeatRemedy failures={failures} slug={slug} upgradeUrl={upgradeUrl} />
    <ul class="failures" aria-label="Not imported">
      {failures.map((failure) => (
        <li>
          <span class="address">{labelOf(failure) || failure.id}</span>
          <span class="why">{importReason(failure)}</span>
          {failure.kind === 'already_member' && (
            <a href={paths.member(slug, failure.userId)}>See the member</a>
          )}
        </li>
      ))}
    </ul>
  </>
)

/** Whether there is a form to fill in: before anything is connected there is only what to do first. */
const isReady = ({ found, values }: ImportFormProps): boolean =>
  found.kind === 'people' || found.kind === 'expired' || found.kind === 'problem' || values.people.length > 0

export const ImportForm: FC<ImportFormProps> = (props) => {
  const { slug, inDialog, values, errors, shown, failures } = props
  const ready = isReady(props)
  return (
    <DialogForm
      action={paths.importPeople(slug)}
      back={props.back}
      inDialog={inDialog}
      class="send import"
      title="Invite users"
      tabs={<InviteTabs slug={slug} from={values.from} current="import" inDialog={inDialog} />}
      lead={ready && 'Whoever is imported is a member at once, gets no mail, and signs in by single sign-on.'}
      change={props.change}
      submit={ready ? 'Import' : null}
      submits={{ name: 'do', value: 'import' }}
    >
      <input type="hidden" name="from" value={values.from} />
      <input type="hidden" name="shown" value={shown.query} />
      <input type="hidden" name="shown_page" value={shown.page} />
      {props.done && (
        <div role="status" class="sent-part">
          {props.done}
        </div>
      )}
      <FormError message={formError(props)} />
      {failures.length > 0 && <Failures {...props} />}
      {ready && (
        <div class="find" data-field="">
          <label for="field-query">Search by name or address</label>
          <div>
            <input
              type="search"
              name="query"
              id="field-query"
              value={values.query}
              maxlength={100}
              autocomplete="off"
              autofocus={!hasInvalid(errors)}
            />
            {/* The first button of the form is what Enter presses. */}
            <button type="submit" class="outline" name="do" value="search" formnovalidate>
              Search
            </button>
          </div>
        </div>
      )}
      <People {...props} />
      {ready && (
        <TermsFields
          {...props}
          departmentHint="Left empty, each gets the department that the directory has of them."
        />
      )}
    </DialogForm>
  )
}

export const ImportPage: FC<ImportFormProps & { place: Place; notice: Notice | null }> = ({
  place,
  notice,
  ...props
}) => (
  <Console
    place={place}
    title="Import from directory"
    current={paths.invitations(place.organization.slug)}
    notice={notice}
  >
    <div class="card narrow">
      <ImportForm {...props} />
    </div>
  </Console>
)
