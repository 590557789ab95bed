import type { Actor, Organization } from '../context'
import { can, type Permission } from '../rules/permissions'
import { refuse } from '../rules/refusals'

type Acting = { actor: Actor; organization: Organization }

/** A verb's first line: the actor holds the permission, and a key that changes something may write. */
export const authorise = ({ actor }: Acting, permission: Permission, access: 'read' | 'write'): void => {
  if (!can(actor.role, permission)) refuse({ code: 'forbidden', permission })
  if (access === 'write' && actor.kind === 'api_key' && actor.access !== 'write')
    refuse({ code: 'read_only_key' })
}
