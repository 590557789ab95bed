import type { Role } from '../../rules/permissions'
import {
  type AcceptContext,
  allow,
  askApproval,
  type CreateContext,
  type Decision,
  type Policy,
  type ResendContext,
} from '../policy'

const decide = (roles: readonly string[], role: Role | null, approved: boolean): Decision =>
  role && !approved && roles.includes(role.key)
    ? askApproval(`The role ${role.name} needs a second admin’s approval`)
    : allow()

/** Nobody gets one of these roles before a second admin has approved it. */
export const approvalRoles = (roles: readonly string[]): Policy<CreateContext> => ({
  id: 'approval-roles',
  evaluate: ({ role }) => decide(roles, role, false),
})

/** What was approved is sent again as it was; what was sent before this was asked for is not. */
export const approvalRolesAtResending = (roles: readonly string[]): Policy<ResendContext> => ({
  id: 'approval-roles',
  evaluate: ({ invitations }) =>
    new Map(invitations.map(({ address, role, approved }) => [address, decide(roles, role, approved)])),
})

/** Nor by entering without an invitation, where nobody can be asked; what an invitation gives was decided with it. */
export const approvalRolesAtEntering = (roles: readonly string[]): Policy<AcceptContext> => ({
  id: 'approval-roles',
  evaluate: ({ invitation: { id, role } }) => decide(roles, role, id !== null),
})
