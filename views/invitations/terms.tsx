import type { FC } from 'hono/jsx'
import type { RoleAtSending } from '../../src/rules/names'
import { type FieldErrors, wordsFor } from '../../src/rules/refusals'
import { DepartmentField, RoleField, TeamsField } from '../fields'
import { SeatRemedies } from '../seats'

/** What the forms that invite and import people ask alike. */
export type TermsProps = {
  roles: { key: string; name: string }[]
  roleAtSending: RoleAtSending
  departments: string[]
  teams: { id: string; name: string }[]
  values: { role: string; department: string; teamIds: string[] }
  errors: FieldErrors
  limits: { department: number }
  /** Whether the form asks for them. */
  asks: { department: boolean; teams: boolean }
}

/** Role, department and teams of whoever is named in the form. */
export const TermsFields: FC<TermsProps & { departmentHint?: string }> = (props) => {
  const { roles, roleAtSending, teams, values, errors, asks, departmentHint } = props
  return (
    <>
      {roleAtSending !== 'not_offered' && (
        <RoleField
          roles={roles}
          value={values.role}
          required={roleAtSending === 'required'}
          errors={errors}
        />
      )}
      {asks.department && (
        <DepartmentField
          value={values.department}
          departments={props.departments}
          maxlength={props.limits.department}
          errors={errors}
          {...(departmentHint && { hint: departmentHint })}
        />
      )}
      {asks.teams && teams.length > 0 && (
        <TeamsField teams={teams} chosen={values.teamIds} error={errors.team_ids} />
      )}
    </>
  )
}

/** What is wrong with the form as a whole; that of the teams too, where it shows none. */
export const formError = ({ teams, errors }: Pick<TermsProps, 'teams' | 'errors'>): string | undefined =>
  errors.form ?? (teams.length === 0 ? errors.team_ids : undefined)

type SeatProps = { failures: readonly { kind: string }[]; slug: string; upgradeUrl: string | null }

/** What to do where some of them found no seat. */
export const SeatRemedy: FC<SeatProps> = ({ failures, ...seats }) =>
  failures.some(({ kind }) => kind === 'no_seat_left') ? (
    <p class="seat-remedy">
      {wordsFor({ code: 'no_seat_left' }).remedy} <SeatRemedies {...seats} />
    </p>
  ) : null
