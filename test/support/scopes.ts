import { addAccount, addCast, addMember, type Company, freshChange, type Person } from './cast'
import { run, START, tokenIn, type World } from './world'

export const JANE = 'jane@example.com'
/** Somebody whom nobody has an account of; as long as Jane. */
export const JUNE = 'june@example.com'

/**
 * Acme and Initech, each with accounts of its own, and Globex with shared ones. Jane has a shared account, with which
 * she is a member of Globex, and another one of Initech's own.
 */
export const addScopes = async () => {
  const cast = await addCast({ account_scope: 'own' })
  const initech: Company = { id: 'initech-id', slug: 'initech', name: 'Initech' }
  await run(
    "insert into organization (id, name, slug, account_scope, created_at) values (?, ?, ?, 'own', ?)",
    initech.id,
    initech.name,
    initech.slug,
    START,
  )
  const shared = await addMember(cast.globex, await addAccount('Jane Shared', JANE), 'member')
  const own = await addMember(initech, await addAccount('Jane Own', JANE, initech.id), 'owner')
  return { ...cast, initech, shared, own }
}

/** Invites an address into an organization, and hands over the link in the mail. */
export const inviteInto = async (world: World, who: Person, slug: string, address: string) => {
  const response = await world.fetch(`/o/${slug}/invitations`, {
    cookie: who.cookie,
    form: { addresses: address, change: freshChange() },
  })
  await world.drain()
  const mail = world.mails.findLast(({ to }) => to === address)
  if (!mail) throw new Error(`No mail went to ${address}: ${response.status}`)
  return tokenIn(mail)
}
