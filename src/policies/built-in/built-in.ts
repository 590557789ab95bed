import type { PolicySettings } from '../../rules/policies'
import type { AcceptContext, CreateContext, Operation, Policy, ResendContext } from '../policy'
import { approvalRoles, approvalRolesAtEntering, approvalRolesAtResending } from './approval-roles'
import { allowedDomains, blockedDomains } from './domains'
import { noDisposable } from './no-disposable'
import { noFreeMail } from './no-free-mail'
import { workingHours } from './working-hours'

/** Who may come at all: decided when they are invited, when they are mailed again, and when they come. */
const forAddresses = (settings: PolicySettings): Policy<Operation>[] => [
  ...(settings.allowedDomains ? [allowedDomains(settings.allowedDomains)] : []),
  ...(settings.blockedDomains ? [blockedDomains(settings.blockedDomains)] : []),
  ...(settings.noFreeMail ? [noFreeMail] : []),
  ...(settings.noDisposable ? [noDisposable] : []),
]

const forTerms = (settings: PolicySettings): Policy<CreateContext>[] => [
  ...forAddresses(settings),
  ...(settings.approvalRoles ? [approvalRoles(settings.approvalRoles)] : []),
]

/** When mails leave: an invitee comes, and an invitation is revoked, at any hour. */
const forMails = ({ workingHours: hours }: PolicySettings): Policy<Operation>[] =>
  hours ? [workingHours(hours)] : []

/** The built-in policies that an organization has switched on, in the order in which they decide. */
export const builtInPolicies = {
  create: (settings: PolicySettings): Policy<CreateContext>[] => [
    ...forTerms(settings),
    ...forMails(settings),
  ],
  /** What is edited is not mailed again. */
  edit: (settings: PolicySettings): Policy<CreateContext>[] => forTerms(settings),
  resend: (settings: PolicySettings): Policy<ResendContext>[] => [
    ...forAddresses(settings),
    ...(settings.approvalRoles ? [approvalRolesAtResending(settings.approvalRoles)] : []),
    ...forMails(settings),
  ],
  accept: (settings: PolicySettings): Policy<AcceptContext>[] => [
    ...forAddresses(settings),
    ...(settings.approvalRoles ? [approvalRolesAtEntering(settings.approvalRoles)] : []),
  ],
}
