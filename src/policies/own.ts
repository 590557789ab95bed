import type { InvitationPolicies } from './registry'

/**
 * The policies of this deployment: define them here, or import them, and register each where it is to decide, as in
 * `policies.create.register(mine)`. None is registered out of the box, so everything is allowed. See docs/policies.md.
 */
export const registerOwn = (_policies: InvitationPolicies): void => {}
