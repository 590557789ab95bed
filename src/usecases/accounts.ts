import type { AccountContext, Context } from '../context'
import {
  ACCOUNT_SCOPES,
  type AccountScope,
  hasLink,
  MAX_NAME,
  NAME_IS_LINK,
  slugsFor,
  tidyName,
} from '../rules/names'
import { refuse } from '../rules/refusals'
import { readSession } from '../storage/access'
import { commitOrganization, listOwnOrganizations, type OwnOrganization } from '../storage/organizations'
import { intentOf, newId } from './changes'
import { sessionHash } from './sessions'

/** Organizations that one account may make in 24 hours. */
const A_DAY = 20
/** Organizations on the page; more than anybody is in. */
const MOST = 500

/**
 * Who is signed in, whichever organizations they are in; one round trip. What an identity provider vouched for is no
 * sign-in of the account.
 * @throws Refused unauthenticated
 */
export const enterAccount = async (ctx: Context, cookie: string | null): Promise<AccountContext> => {
  const hash = sessionHash(cookie ?? '')
  const found = cookie ? await readSession(ctx.db, hash, ctx.now) : null
  if (!found?.own) return refuse({ code: 'unauthenticated' })
  const { id, name, typedAddress, accountScope } = found.user
  return {
    ...ctx,
    account: {
      id,
      name: name || typedAddress,
      address: typedAddress,
      isShared: accountScope === 'shared',
      sessionHash: hash,
    },
  }
}

/** Whether who is signed in may make another organization: an account of one organization alone stays there. */
export const mayCreateOrganization = ({ settings, account }: AccountContext): boolean =>
  settings.organizationCreation === 'anyone' && account.isShared

export const readOwnOrganizations = ({ db, account, now }: AccountContext): Promise<OwnOrganization[]> =>
  listOwnOrganizations(db, account.id, now, MOST)

const scopeIn = (text: string): AccountScope =>
  ACCOUNT_SCOPES.find((scope) => scope === text) ??
  refuse({ code: 'invalid_input', fields: { accountScope: 'Choose one of the two.' } })

const NO_PASSWORD =
  'Your account has no password that a new one could begin with. Set one by “Forgot your password?” on the sign-in page first.'

/**
 * Makes an organization whose owner is who asks; answers its slug, which is made from the name and free. Where accounts
 * belong to it alone, the owner is a fresh one with the name, address and password of who asks, who does not join.
 * @throws Refused not_found where the deployment does not allow it, invalid_input, too_many_organizations
 */
export const createOrganization = async (
  ctx: AccountContext,
  input: { name: string; accountScope: string; change: string },
): Promise<string> => {
  if (!mayCreateOrganization(ctx)) refuse({ code: 'not_found' })
  const name = tidyName(input.name)
  if (!name) refuse({ code: 'invalid_input', fields: { name: 'Enter the organization’s name.' } })
  if ([...name].length > MAX_NAME)
    refuse({ code: 'invalid_input', fields: { name: `Up to ${MAX_NAME} characters.` } })
  if (hasLink(name)) refuse({ code: 'invalid_input', fields: { name: NAME_IS_LINK } })
  const accountScope = scopeIn(input.accountScope)
  const { changeId } = intentOf(
    ctx,
    'create-organization',
    ctx.account.id,
    input.change,
    name,
    // An intent of the release before this one is still the same.
    ...(accountScope === 'own' ? ['own'] : []),
  )
  const id = newId()
  const made = await commitOrganization(ctx.db, {
    event: newId(),
    changeId,
    now: ctx.now,
    account: ctx.account,
    ownAccount: accountScope === 'own' ? newId() : null,
    id,
    name,
    slugs: slugsFor(name, id.slice(-8)),
    limit: A_DAY,
  })
  if (made.slug !== null) return made.slug
  if (!made.sessionLives) refuse({ code: 'unauthenticated' })
  if (!made.ownerThere) refuse({ code: 'invalid_input', fields: { accountScope: NO_PASSWORD } })
  return refuse(
    made.overLimit ? { code: 'too_many_organizations', limit: A_DAY } : { code: 'changed_meanwhile' },
  )
}
