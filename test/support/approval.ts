import type { ChangeOutcome } from '../../src/rules/outcomes'
import { approveInvitations, declineApprovals } from '../../src/usecases/approval'
import { as, idOf, send } from './acting'
import { addAccount, addCast, addMember, freshChange, type Person } from './cast'
import { createWorld, rows, type World } from './world'

export const JANE = 'jane@example.com'
export const REASON = 'The role Admin needs a second admin’s approval'

/** Whoever is to become an admin of Acme needs a second admin's approval; there are two besides its owner. */
export const approvingCast = async (columns: Parameters<typeof addCast>[0] = {}) => {
  const cast = await addCast({ policies: JSON.stringify({ approvalRoles: ['admin'] }), ...columns })
  const scope = columns?.account_scope === 'own' ? cast.acme.id : 'shared'
  const second = await addMember(
    cast.acme,
    await addAccount('Sam Second', 'sam.second@acme.test', scope),
    'admin',
  )
  return { ...cast, second }
}

/** An invitation that Ada asked for and that awaits approval; nothing is left in the queue. */
export const askedFor = async (address = JANE, world = createWorld(), columns = {}) => {
  const cast = await approvingCast(columns)
  await send(world, cast.admin, address, { role: 'admin' })
  await world.drain()
  world.mails.length = 0
  return { ...cast, world, id: await idOf(address) }
}

export const approve = (
  world: World,
  who: Person,
  ids: readonly string[],
  change = freshChange(),
): Promise<ChangeOutcome[]> => as(world, who, (ctx) => approveInvitations(ctx, { ids, change }))

export const decline = (
  world: World,
  who: Person,
  ids: readonly string[],
  change = freshChange(),
): Promise<ChangeOutcome[]> => as(world, who, (ctx) => declineApprovals(ctx, { ids, change }))

export const invitationOf = async (address: string) =>
  (
    await rows<Record<string, string | number | null>>(
      'select * from invitation where address = ? order by created_at desc, id desc limit 1',
      address,
    )
  )[0]
