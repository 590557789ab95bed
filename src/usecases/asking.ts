import type { OrganizationContext } from '../context'
import { approvingRoles } from '../rules/approval'
import type { Role } from '../rules/permissions'
import type { Asking } from '../storage/approval'
import { MOST_TOLD } from '../storage/notices'
import { newId } from './changes'
import { mailTerms } from './deliveries'

/** How approval is asked for of invitations with these roles; nobody is told where there are none. */
export const askingTerms = (ctx: OrganizationContext, asked: readonly Role[]): Asking => ({
  deliveries: asked.length > 0 ? Array.from({ length: MOST_TOLD }, newId) : [],
  approvers: approvingRoles(ctx.roles, asked),
  mail: mailTerms(ctx),
})
