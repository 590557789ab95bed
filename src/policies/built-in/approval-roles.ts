import type { Role } from '../../rules/permissions'
import {
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
