import { allow, type CreateContext, definePolicy, deny } from '../../src/policies/policy'

/** Nobody is invited into an organization whose subscription is neither active nor on trial. */
export const subscriptionRequired = definePolicy<CreateContext>({
  id: 'subscription-required',
  evaluate: async ({ organization, read }) => {
    const [subscription] = await read<{ plan: string }>(
      `select plan from subscription
        where organization_id = ? and status in ('active', 'trialing')`,
      organization.id,
    )
    if (subscription) return allow()
    return deny({
      code: 'subscription_required',
      message: 'An active subscription is required to invite members',
      remediation: 'Subscribe to a plan first.',
    })
  },
})
