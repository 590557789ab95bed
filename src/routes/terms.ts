import type { TermsProps } from '../../views/invitations/terms'
import type { OrganizationContext } from '../context'
import { grantableRoles } from '../rules/permissions'
import type { readForm } from './request'

type Values = TermsProps['values']

export const NO_TERMS: Values = { role: '', department: '', teamIds: [] }

/** Role, department and teams as they were posted; what the organization does not let a form ask for is not read. */
export const readTerms = (
  { asksDepartment, asksTeams }: OrganizationContext['organization'],
  form: Awaited<ReturnType<typeof readForm>>,
): Values => ({
  role: form.text('role'),
  department: asksDepartment ? form.text('department') : '',
  teamIds: asksTeams ? form.all('team').slice(0, 200) : [],
})

/** What there is to choose from, and the role to begin with: one that may be given, or nothing chosen yet. */
export const offeredTerms = ({ organization, actor, roles: all }: OrganizationContext, values: Values) => {
  const roles = grantableRoles(actor.role, all)
  // Nothing chosen would show the first of the list, which is the most powerful.
  const preselected = organization.roleAtSending === 'required' ? '' : organization.defaultRole
  return {
    roles,
    roleAtSending: organization.roleAtSending,
    asks: { department: organization.asksDepartment, teams: organization.asksTeams },
    role: roles.some(({ key }) => key === values.role) ? values.role : preselected,
  }
}
