// npm run recover -- <address> [--organization <slug>] [--local [--persist-to <folder>]]: lets somebody back in who has
// lost everything. It removes what protects the account besides its password, ends every session and sets a password that
// is printed once. Done by whoever may deploy, with an audit event.
import { randomBytes, randomInt, scryptSync } from 'node:crypto'
import { v7 as uuid } from 'uuid'
import { execute, fail, readCommand, slugIn } from './operator.mjs'

const usage = `npm run recover -- <address> [--organization <slug>] [--local]

  <address>              of the account, as it signs in
  --organization <slug>  as in /o/<slug>: needed where accounts belong to one organization alone. Of an owner it also
                         switches off that the organization requires single sign-on, a passkey or a second factor
  --local                of npm start on this machine, instead of the deployment`

const { address, slug, place } = readArguments()
const password = newPassword()
const event = uuid()
const change = uuid()
const results = await execute(place, statements(hashOf(password), Date.now()))
const [found] = results.at(-1)?.results ?? []
if (!found) fail(`There is no such account${slug ? ` in ${slug}` : ''}: ${address}. Nothing was changed.`)
console.log(`${found.address}: recovered. Passkeys, authenticator app and recovery codes are removed, and every session is ended.

One-time password: ${password}

Sign in with it at ${found.own ? `/o/${slug}/sign-in` : '/sign-in'}, and set one of your own under Your account at once.`)
if (slug) console.log(`\n${wordsOf(found)}`)

function readArguments() {
  const { values, positionals, place } = readCommand(usage, { organization: { type: 'string' } })
  const [typed, ...rest] = positionals
  if (!typed || rest.length > 0) fail(usage)
  const slug = values.organization === undefined ? null : slugIn(values.organization)
  return { address: canonical(typed), slug, place }
}

/** As `canonicalAddress` of src/rules/addresses.ts has it. */
function canonical(typed) {
  const folded = typed.normalize('NFKC').trim().toLowerCase().normalize('NFKC')
  const at = folded.lastIndexOf('@')
  if (at < 1 || folded.length > 254 || /[\s\p{C}]/u.test(folded)) fail(`${typed} is no email address.`)
  const domain = folded.slice(at + 1)
  if (!/^[a-z0-9.\-\u{80}-\u{10ffff}]+$/u.test(domain)) fail(`${typed} is no email address.`)
  return folded.slice(0, at + 1) + new URL(`http://${domain}`).hostname
}

/** Twenty letters in groups, about a hundred bits, none of which is taken for another. */
function newPassword() {
  const letters = '23456789abcdefghjkmnpqrstuvwxyz'
  const group = () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}

/** As src/passwords.ts makes it. */
function hashOf(secret) {
  const salt = randomBytes(16)
  const [N, r, p] = [2 ** 14, 8, 5]
  const hash = scryptSync(secret, salt, 32, { N, r, p, maxmem: 128 * r * (N + p + 2) })
  const text = (bytes) => bytes.toString('base64').replace(/=+$/, '')
  return `$scrypt$ln=14,r=8,p=5$${text(salt)}$${text(hash)}`
}

/** One execution: the event is the claim, and everything follows from it. */
function statements(hash, now) {
  const quoted = `'${address.replaceAll("'", "''")}'`
  const whose = `(select target_id from audit_event where id = '${event}')`
  const account = slug
    ? `user u join organization o on o.slug = '${slug}'
        and u.account_scope = case o.account_scope when 'own' then o.id else 'shared' end
        join member m on m.organization_id = o.id and m.user_id = u.id`
    : `user u`
  const scope = slug ? 'true' : "u.account_scope = 'shared'"
  const columns = `(id, change_id, organization_id, action, actor_kind, actor_id, actor_name,
        target_kind, target_id, target_name, at, detail)`
  const off = (column, name, none) =>
    `iif(o.${column} = '${none}', '{}', json_object('${name}', '${none}', 'before', json_object('${name}', o.${column})))`
  return [
    `insert into audit_event ${columns}
      select '${event}', '${event}', null, 'account.recovered', 'system', null, 'Deployment', 'user', u.id, u.typed_address,
        ${now}, json_object('before', json_object(
          'passkeys', (select count(*) from passkey where user_id = u.id),
          'authenticator', json(iif(exists (select 1 from authenticator where user_id = u.id), 'true', 'false')),
          'recoveryCodes', (select count(*) from recovery_code where user_id = u.id and used_at is null)))
      from ${account} where u.address = ${quoted} and ${scope}`,
    `update user set password_hash = '${hash}' where id = ${whose}`,
    ...['passkey', 'authenticator', 'recovery_code'].map(
      (table) => `delete from ${table} where user_id = ${whose}`,
    ),
    `delete from session_grant where session_hash in (select hash from session where user_id = ${whose})`,
    `delete from session where user_id = ${whose}`,
    `update password_reset set status = 'ended' where status = 'requested' and user_id = ${whose}`,
    `update address_change set status = 'ended' where status = 'requested' and user_id = ${whose}`,
    `insert into audit_event ${columns}
      select '${change}', '${change}', o.id, 'settings.changed', 'system', null, 'Deployment', 'organization', o.id, o.name,
        ${now}, json_patch(${off('sso_required', 'ssoRequired', 'off')}, ${off('required_factor', 'requiredFactor', 'none')})
      from organization o join member m on m.organization_id = o.id and m.user_id = ${whose}
        and m.role = 'owner' and m.status = 'active'
      where o.slug = '${slug ?? ''}' and (o.sso_required <> 'off' or o.required_factor <> 'none')`,
    `update organization set sso_required = 'off', required_factor = 'none'
      where id = (select organization_id from audit_event where id = '${change}')`,
    `select u.typed_address as address, u.account_scope <> 'shared' as own, o.name as organization,
        exists (select 1 from audit_event where id = '${change}') as changed,
        exists (select 1 from member where organization_id = o.id and user_id = u.id
          and role = 'owner' and status = 'active') as owner
      from user u left join organization o on o.slug = '${slug ?? ''}' where u.id = ${whose}`,
  ]
}

function wordsOf({ organization, owner, changed }) {
  if (!owner)
    return `${organization}: what it requires stays as it is, since the account is no active owner of it.`
  return changed
    ? `${organization}: single sign-on, a passkey or a second factor is not required any more. Switch it on again under Settings › Sign-in.`
    : `${organization}: requires neither single sign-on nor a second factor, as before.`
}
