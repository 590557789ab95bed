import type { InvitationPolicies } from '../../src/policies/registry'
import { subscriptionRequired } from './subscription-required'

export const registerOwn = (policies: InvitationPolicies): void => {
  policies.create.register(subscriptionRequired)
}
