import { timingSafeEqual } from 'node:crypto'
import type { Context } from '../context'
import { hashPassword } from '../passwords'
import { scopeOf } from '../rules/acceptance'
import { canonicalAddress, parseAddress } from '../rules/addresses'
import {
  ACCOUNT_SCOPES,
  type AccountScope,
  hasLink,
  MAX_NAME,
  NAME_IS_LINK,
  slugOf,
  tidyName,
} from '../rules/names'
import { normalizePassword, passwordProblem } from '../rules/passwords'
import { type FieldErrors, refuse } from '../rules/refusals'
import { type ConnectionPreset, mustUseSso } from '../rules/sso'
import { sha256 } from '../rules/tokens'
import { wordsIn } from '../rules/words'
import { hasOrganization, readOnlyOrganization, readOrganizationBySlug } from '../storage/access'
import { commitSetup } from '../storage/setup'
import { intentOf, newId } from './changes'
import { limitBursts, type NewSession, sessionOfIntent } from './sessions'

export type SetupInput = {
  organization: string
  accountScope: string
  firstName: string
  lastName: string
  address: string
  password: string
  confirmation: string
  setupToken: string
  change: string
  network: string
}

/** Whether setting up is open, and what it asks for. */
export const readSetup = async (ctx: Context) => {
  const open = !(await hasOrganization(ctx.db))
  return { open, asksToken: !ctx.settings.development, hasToken: ctx.settings.setupToken !== null }
}

const tokenMatches = (given: string, expected: string): boolean =>
  timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(expected)))

const setupTokenProblem = ({ settings }: Context, given: string): string | null => {
  if (settings.development) return null
  if (!settings.setupToken)
    return 'This deployment has no SETUP_TOKEN yet. Set it with: npx wrangler secret put SETUP_TOKEN'
  return tokenMatches(given.trim(), settings.setupToken) ? null : 'That is not this deployment’s SETUP_TOKEN.'
}

const KNOWN = 'There is an account with this address already. Use another one for the owner.'

/**
 * Makes the first organization and its owner; closed while there is one.
 * @throws Refused setup_closed, invalid_input, too_many_attempts
 */
export const setUp = async (
  ctx: Context,
  input: SetupInput,
): Promise<{ slug: string; session: NewSession }> => {
  await limitBursts(ctx, input.network)
  const fields: FieldErrors = {}
  const named = (field: 'organization' | 'firstName' | 'lastName', label: string): string => {
    const name = tidyName(input[field])
    if (!name) fields[field] = `Enter ${label}.`
    else if ([...name].length > MAX_NAME) fields[field] = `Up to ${MAX_NAME} characters.`
    else if (hasLink(name)) fields[field] = NAME_IS_LINK
    return name
  }
  const tokenProblem = setupTokenProblem(ctx, input.setupToken)
  if (tokenProblem) fields.setupToken = tokenProblem
  const name = named('organization', 'the organization’s name')
  const firstName = named('firstName', 'your first name')
  const lastName = named('lastName', 'your last name')
  if (!ACCOUNT_SCOPES.includes(input.accountScope as AccountScope))
    fields.accountScope = 'Choose one of the two.'
  const parsed = parseAddress(input.address)
  if (!parsed.ok) fields.address = parsed.reason
  const password = normalizePassword(input.password)
  const problem = await passwordProblem(password, { address: parsed.ok ? parsed.address : '' })
  if (problem) fields.password = wordsIn('en').problems[problem]
  else if (password !== normalizePassword(input.confirmation))
    fields.confirmation = 'The two passwords are not the same.'
  if (!parsed.ok || Object.keys(fields).length > 0) return refuse({ code: 'invalid_input', fields })

  const intent = intentOf(ctx, 'setup', input.change, name, input.accountScope, parsed.address, password)
  const session = sessionOfIntent(ctx, intent)
  const { slug, isKnown } = await commitSetup(ctx.db, {
    event: newId(),
    changeId: intent.changeId,
    now: ctx.now,
    organization: { id: newId(), name, slug: slugOf(name), accountScope: input.accountScope as AccountScope },
    owner: {
      id: newId(),
      address: parsed.address,
      typedAddress: parsed.typed,
      name: `${firstName} ${lastName}`,
      firstName,
      lastName,
      passwordHash: await hashPassword(password),
    },
    session,
  })
  if (slug) return { slug, session }
  return refuse(isKnown ? { code: 'invalid_input', fields: { address: KNOWN } } : { code: 'setup_closed' })
}

/** Where a sign-in page belongs: an organization's own, or the deployment's. */
export type SignInPlace = {
  scope: string
  organization: {
    name: string
    slug: string
    /** What its people sign in through; null for nothing. */
    ssoPreset: ConnectionPreset | null
    /** Nobody signs in there with a password. */
    ssoAlone: boolean
    /** The address in question does not. */
    ssoForAddress: boolean
  } | null
}

/**
 * The place of a sign-in page, for an address where one was typed. Without a slug it is for shared accounts, unless the
 * deployment has one organization only. An unknown slug gets the page for shared accounts.
 */
export const signInPlace = async (ctx: Context, slug: string | null, typed = ''): Promise<SignInPlace> => {
  const address = canonicalAddress(typed)
  const found =
    slug === null
      ? await readOnlyOrganization(ctx.db, ctx.now, address)
      : await readOrganizationBySlug(ctx.db, slug, ctx.now, address)
  if (!found) return { scope: 'shared', organization: null }
  const { name, ssoRequired, ssoPreset, ofProvenDomain } = found
  // A shared account signs in on the page of all as ever: the organization itself then asks for more.
  const asks = (ofProven: boolean) =>
    (slug !== null || found.accountScope === 'own') &&
    mustUseSso(ssoRequired, { connected: ssoPreset !== null, ofProvenDomain: ofProven })
  return {
    scope: scopeOf(found),
    organization: {
      ...{ name, slug: found.slug, ssoPreset },
      ssoAlone: asks(false),
      ssoForAddress: asks(ofProvenDomain),
    },
  }
}

/**
 * Before a password is tried, and before anybody looks for an account: the answer and the work are the same with one
 * and without.
 * @throws Refused sso_required, too_many_attempts
 */
export const requirePasswordTaken = async (
  ctx: Context,
  { organization }: SignInPlace,
  network: string,
): Promise<void> => {
  if (!organization?.ssoForAddress) return
  await limitBursts(ctx, network)
  refuse({ code: 'sso_required' })
}
