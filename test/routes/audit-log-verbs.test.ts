import { expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { ACTIONS } from '../../src/rules/audit'
import { HOUR } from '../../src/rules/dates'
import { proofRecord } from '../../src/rules/domains'
import { questionKey } from '../../src/rules/sending-domain'
import { FRESH, setting, wayIn } from '../support/accounts'
import { idOf } from '../support/acting'
import { calling } from '../support/api'
import { createAuthenticator } from '../support/authenticator'
import {
  addApiKey,
  addCast,
  type Cast,
  freshChange,
  newAccount,
  PASSWORD,
  type Person,
} from '../support/cast'
import { askAndMail, confirm, undo } from '../support/deletion'
import { listed } from '../support/directory'
import { addDomain } from '../support/entrance'
import { shapesOfCookie, shapesOfPassword, shapesOfToken } from '../support/evidence'
import { addPasskey, createBrowser, optionsIn, passwordSignIn, setUpApp, takeStep } from '../support/factors'
import { logged } from '../support/faults'
import { elements, texts } from '../support/html'
import { CLIENT_ID, CLIENT_SECRET, ISSUER, roundTrip } from '../support/idp'
import { addProvider } from '../support/importing'
import { deliveryTo } from '../support/mail'
import { addMails, PROOFS, report } from '../support/mail-events'
import { unsubscribeLink } from '../support/reminders'
import { ADA, signIn } from '../support/signing-in'
import { connect, link, signInBySso } from '../support/sso'
import { cookieOf, createWorld, rows, run, tokenIn, type World } from '../support/world'

const JANE = 'jane@example.com'

const TOLD = [
  'Olga Owner made the role Auditor with Organization: Read and Audit log: Read',
  'Olga Owner changed the role Checker: name from Auditor to Checker; it now holds Member: Read; it no longer holds Audit log: Read',
  'Olga Owner made the team Band',
  'Olga Owner renamed the team Band to Choir',
  'Ada Admin invited jane@example.com as Checker',
  'Ada Admin resent the invitation of jane@example.com',
  'Ada Admin edited the invitation of jane@example.com: department from Sales to Legal and note',
  'jane@example.com opened their invitation',
  'Jane Doe joined as Checker, invited by Ada Admin',
  'Ada Admin changed Jane Doe’s role from Checker to Viewer, department from Legal to none and teams from Choir to none',
  'Ada Admin deactivated Jane Doe',
  'Ada Admin reactivated Jane Doe',
  'Ada Admin removed Jane Doe',
  'Olga Owner deleted the team Choir',
  'Olga Owner changed Max Member’s role from Member to Checker',
  'Olga Owner deleted the role Checker, whose 1 member got Member',
  'Ada Admin invited joe@example.com as Member',
  'Ada Admin invited kim@example.com as Member',
  'Ada Admin invited lee@example.com as Member',
  'joe@example.com declined the invitation from Ada Admin',
  'Ada Admin revoked the invitation of kim@example.com',
  'Reminders: lee@example.com was reminded of their invitation',
  'Ada Admin paused the reminders of lee@example.com',
  'Ada Admin resumed the reminders of lee@example.com',
  'lee@example.com wants no more reminders',
  'lee@example.com wants reminders again',
  'Expiry: the invitation of lee@example.com expired',
  'Ada Admin invited lee@example.com again as Viewer',
  'API key Product invited mia@example.com as Member',
  'Olga Owner changed the invitation lifetime from 7 days to 24 hours and the name fields from first and last name to one name',
  'Olga Owner changed the time zone from UTC to Europe/Berlin and the landing address from the organization’s page to /start',
  'Olga Owner changed the language of invitations from English to Deutsch and reminders from after 50% of the lifetime to off',
  'Olga Owner sent a test mail to olga.owner@acme.test through Test provider',
  'Resend: the mail to lee@example.com came back for good: No such user',
  'Resend: 50 of 52 mails came back, so sending was paused',
  'Resend: the mail to mia@example.com was delivered',
  'Resend: mia@example.com reported the mail as spam',
  'Olga Owner resumed sending',
  'Olga Owner made the API key Shop, which acts as Admin, read and write',
  'Olga Owner revoked the API key Shop',
  'Ada Admin asked to invite nia@example.com as Admin, which awaits approval: The role Admin needs a second admin’s approval',
  'Olga Owner approved that nia@example.com is invited as Admin, as Ada Admin asked',
  'Ada Admin asked to invite oda@example.com as Admin, which awaits approval: The role Admin needs a second admin’s approval',
  'Olga Owner edited the invitation of oda@example.com: note, and asks for it now',
  'Ada Admin declined that oda@example.com is invited as Admin, as Olga Owner asked',
  'Ada Admin asked to invite pam@example.com as Admin, which awaits approval: The role Admin needs a second admin’s approval',
  'Ada Admin withdrew the invitation of pam@example.com',
  'Olga Owner added the domain acme.test',
  'Olga Owner proved that acme.test is the organization’s own',
  'Olga Owner removed the domain acme.test, which was proven',
  'Olga Owner connected the identity provider id.acme.test',
  'Olga Owner tested single sign-on with id.acme.test',
  'Olga Owner switched single sign-on with id.acme.test on',
  'Ada Admin changed the identity provider id.acme.test: client ID from usher-at-acme to another and client secret, so that nobody has to use single sign-on any more',
  'Ada Admin disconnected the identity provider id.acme.test',
  'Olga Owner connected the directory of Google',
  'Ada Admin imported Zoe Moss from Google as Viewer, which settled an invitation',
  'Ada Admin disconnected the directory of Google',
  'Pia Perry joined by single sign-on as Member',
  'Max Member linked their account to the organization’s single sign-on',
  'Vera Viewer left',
  'Olga Owner asked to delete Acme, and was mailed a link to confirm it',
  'Olga Owner confirmed the deletion of Acme, which is due on Mar 16, 2026',
  'Olga Owner undid the deletion of Acme',
]

/** Sets up and gives up everything that protects an account besides its password; hands over what nobody else may read. */
const changingFactors = async (world: World, who: Person): Promise<string[]> => {
  const browser = createBrowser(world, who.cookie)
  const current = { current: FRESH }
  const { secret, codes } = await setUpApp(world, browser, current)
  const key = await createAuthenticator()
  await addPasskey(browser, key, current)
  await browser.visit(paths.recoveryCodes, { form: current })
  await browser.visit(paths.removeAuthenticator, { form: current })
  const elsewhere = createBrowser(world)
  const signedIn = await passwordSignIn(elsewhere, 'ada@new.test', '/sign-in', { password: FRESH })
  expect(signedIn.headers.get('Location')).toBe('/')
  const step = `${paths.secondStep}?next=%2Faccount%2Fsecurity`
  const credential = await key.get(await optionsIn(await (await elsewhere.visit(step)).text(), 'get'))
  await takeStep(elsewhere, { credential, next: '/account/security' })
  await elsewhere.visit(paths.removePasskey, { form: { ...current, id: key.state.id } })
  return [secret.replaceAll(' ', ''), ...codes]
}

type Press = (who: Person, path: string, form?: Record<string, string>) => Promise<Response>

/** Connects an identity provider, tests it, switches it on, makes it another one, and takes it away. */
const connecting = async (world: World, { owner, admin }: Cast, press: Press) => {
  const provider = { preset: 'other', issuer: ISSUER, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }
  const id = async () => (await rows<{ id: string }>('select id from connection'))[0]?.id ?? ''
  await press(owner, paths.connection('acme'), provider)
  world.clock.now += 1000
  await roundTrip(world, paths.testConnection('acme'), { cookie: owner.cookie })
  await press(owner, paths.enableConnection('acme'), { id: await id(), enabled: 'yes' })
  await run("update organization set sso_required = 'proven_domains'")
  await press(admin, paths.connection('acme'), { ...provider, clientId: 'another' })
  await press(admin, paths.removeConnection('acme'), { id: await id() })
}

/** Connects a directory, imports somebody who was invited, and takes the consent back. */
const importing = async (world: World, { acme, owner, admin }: Cast, press: Press) => {
  const zoe = listed('Zoe Moss', { address: 'mia@example.com' })
  world.staff.google.people = [zoe]
  await addProvider(world, acme)
  world.clock.now += 1000
  await roundTrip(world, paths.connectDirectory('acme'), { cookie: owner.cookie })
  await press(admin, paths.importPeople('acme'), { do: 'import', person: zoe.id, role: 'viewer' })
  await press(admin, paths.disconnectDirectory('acme'))
  await run('delete from connection')
}

/** Somebody joins just in time, and a member links the account that they have. */
const comingBySso = async (world: World, { acme, member }: Cast) => {
  await connect(world, acme)
  await addDomain(acme, 'acme.test')
  await run('update organization set just_in_time = 1')
  for (const [sub, email, name] of [
    ['pia', 'pia@acme.test', 'Pia Perry'],
    ['max', member.address, member.name],
  ] as const) {
    world.clock.now += 1000
    world.idp.person = { sub, email, email_verified: true, name }
    const { cookies, to } = await signInBySso(world)
    if (to === paths.linkIdentity) await link(world, cookies, { password: PASSWORD })
  }
}

/** Asks for what somebody else approves, declines, or what is withdrawn. */
const approving = async ({ acme, owner, admin }: Cast, press: Press) => {
  await run('update organization set policies = ? where id = ?', '{"approvalRoles":["admin"]}', acme.id)
  const ask = async (address: string) => {
    await press(admin, paths.invitations('acme'), { addresses: address, role: 'admin' })
    return { id: await idOf(address) }
  }
  await press(owner, paths.approve('acme'), await ask('nia@example.com'))
  const oda = await ask('oda@example.com')
  await press(owner, paths.editInvitation('acme', oda.id), { note: 'Hi' })
  await press(admin, paths.declineApproval('acme'), oda)
  await press(admin, paths.revoke('acme'), await ask('pam@example.com'))
  await run("update organization set policies = '{}' where id = ?", acme.id)
}

/** Does everything there is to do in an organization, as people and a key; answers every secret that was out. */
const doEverything = async () => {
  logged()
  const world = createWorld({ ORGANIZATION_CREATION: 'anyone', ...PROOFS })
  const cast = await addCast()
  const { acme, owner, admin, member, viewer } = cast
  const press = async (who: Person | null, path: string, form: Record<string, string | string[]> = {}) => {
    world.clock.now += 1000
    const answer = await world.fetch(path, {
      cookie: who?.cookie ?? null,
      form: { change: freshChange(), ...form },
    })
    expect([path, answer.status]).toEqual([path, expect.toSatisfy((status) => status < 400)])
    return answer
  }
  const idIn = async (table: string) =>
    (await rows<{ id: string }>(`select id from ${table} order by id desc limit 1`))[0]?.id ?? ''
  const mailTo = async (to: string) => {
    await world.drain()
    return tokenIn(world.mails.findLast((mail) => mail.to === to))
  }

  await press(owner, paths.newRole('acme'), {
    name: 'Auditor',
    permission: ['organization:read', 'audit_log:read'],
  })
  const role = await idIn('role')
  await press(owner, paths.editRole('acme', role), {
    name: 'Checker',
    permission: ['organization:read', 'member:read'],
  })
  await press(owner, paths.newTeam('acme'), { name: 'Band' })
  const team = await idIn('team')
  await press(owner, paths.editTeam('acme', team), { name: 'Choir' })

  await press(admin, paths.invitations('acme'), { addresses: JANE, role, department: 'Sales', team })
  const first = await mailTo(JANE)
  await press(admin, paths.resend('acme'), { id: await idOf(JANE) })
  await press(admin, paths.editInvitation('acme', await idOf(JANE)), { department: 'Legal', note: 'Hi' })
  const token = await mailTo(JANE)
  await press(null, paths.invitationOpened, { token })
  const account = newAccount(token)
  const joined = cookieOf(await press(null, paths.acceptInvitation(), account)) ?? ''
  const jane = await idIn('user')
  await press(admin, paths.editMember('acme', jane), { role: 'viewer', department: '', 'shown-teams': team })
  await press(admin, paths.deactivateMember('acme', jane))
  await press(admin, paths.reactivateMember('acme', jane))
  await press(admin, paths.removeMember('acme', jane))
  await press(owner, paths.deleteTeam('acme', team))
  await press(owner, paths.editMember('acme', member.id), { role })
  await press(owner, paths.deleteRole('acme', role), { successor: 'member' })

  await press(admin, paths.invitations('acme'), {
    addresses: 'joe@example.com kim@example.com lee@example.com',
  })
  const declined = await mailTo('joe@example.com')
  await press(null, paths.declineInvitation, { token: declined })
  await press(admin, paths.revoke('acme'), { id: await idOf('kim@example.com') })
  world.clock.now += 4 * 24 * HOUR
  await world.cron('*/5 * * * *')
  await world.drain()
  await press(admin, paths.pauseReminders('acme', await idOf('lee@example.com')))
  await press(admin, paths.resumeReminders('acme', await idOf('lee@example.com')))
  const reminder = unsubscribeLink(world.mails.findLast(({ to }) => to === 'lee@example.com'))
  await press(null, reminder)
  await press(null, reminder, { wanted: 'yes' })
  world.clock.now += 4 * 24 * HOUR
  await world.cron('*/5 * * * *')
  await press(admin, paths.invitations('acme'), { addresses: 'lee@example.com', role: 'viewer' })
  const key = await addApiKey(acme)
  await calling(world, key)('/invitations', { json: { addresses: ['mia@example.com'] } })

  await press(owner, paths.invitationSettings('acme'), { lifetime: '86400', nameFields: 'single' })
  await press(owner, paths.settings('acme'), { timeZone: 'Europe/Berlin', landingAddress: '/start' })
  await press(owner, paths.emailSettings('acme'), { language: 'de', reminder: 'off' })
  await press(owner, paths.testMail('acme'))
  await world.drain()
  const at = world.clock.now
  await addMails(acme, 49, { state: 'bounced', bounce: 'hard', sentAt: at })
  const { id: lee } = await deliveryTo('lee@example.com')
  const { id: mia } = await deliveryTo('mia@example.com')
  await report(world, { delivery: lee, state: 'bounced', bounce: 'hard', reason: 'No such user', at })
  world.clock.now += 1000
  await report(world, { delivery: mia, state: 'delivered', at })
  world.clock.now += 1000
  await report(world, { delivery: mia, state: 'complained', at })
  await press(owner, paths.resumeSending('acme'))
  const made = await press(owner, paths.apiKeys('acme'), { name: 'Shop', role: 'admin', access: 'write' })
  const shown = (await elements(await made.text(), 'input[readonly]'))[0]?.attributes.value ?? ''
  const [shop] = await rows<{ id: string }>("select id from api_key where name = 'Shop'")
  await press(owner, paths.revokeApiKey('acme'), { id: shop?.id ?? '' })
  await approving(cast, press)
  await press(owner, paths.domains('acme'), { domain: 'acme.test' })
  const [listed] = await rows<{ proof: string }>('select proof from domain')
  world.dns.set(questionKey({ name: 'acme.test', type: 'TXT' }), {
    kind: 'records',
    records: [proofRecord(listed?.proof ?? '')],
  })
  await press(owner, paths.proveDomain('acme'), { domain: 'acme.test' })
  await press(owner, paths.removeDomain('acme'), { domain: 'acme.test' })
  await connecting(world, cast, press)
  await importing(world, cast, press)
  await comingBySso(world, cast)
  await press(viewer, paths.leave('acme'))
  const deletion = await askAndMail(world, owner)
  world.clock.now += 1000
  await confirm(world, owner, deletion)
  world.clock.now += 1000
  await undo(world, owner)
  await press(owner, paths.newOrganization, { name: 'Initech' })
  const session = cookieOf(await signIn(world)) ?? ''
  await world.fetch(paths.signOut, { cookie: session, form: {} })

  await press(null, paths.forgotPassword(), { address: ADA })
  await world.drain()
  const forgotten = wayIn(world.mails.findLast(({ to }) => to === ADA))
  const set = await press(null, paths.resetPassword(), setting(forgotten.token))
  const anew = { ...admin, cookie: cookieOf(set) ?? '' }
  await press(anew, paths.accountName, { name: 'Ada Lovelace' })
  await press(anew, paths.accountAddress, { address: 'ada@new.test', addressPassword: FRESH })
  await world.drain()
  const changing = wayIn(world.mails.findLast(({ to }) => to === 'ada@new.test'))
  await press(anew, paths.confirmAddress(), { token: changing.token })
  const factors = await changingFactors(world, anew)

  const tokens = [
    first,
    token,
    declined,
    deletion,
    forgotten.token,
    changing.token,
    new URL(reminder).searchParams.get('token') ?? '',
    await mailTo('lee@example.com'),
    await mailTo('mia@example.com'),
  ]
  const kept = ['invitation', 'organization_deletion', 'password_reset', 'address_change'].map(
    (table) => `select token_hash as hash from ${table}`,
  )
  const hashes = (
    await Promise.all(
      [
        ...kept,
        'select hash from session',
        'select hash from api_key',
        'select password_hash as hash from user where password_hash is not null',
      ].map((sql) => rows<{ hash: string }>(sql)),
    )
  ).flat()
  const secrets = [
    ...tokens.flatMap(shapesOfToken),
    ...[joined, session, owner.cookie, anew.cookie].flatMap(shapesOfCookie),
    ...[account.password, PASSWORD, FRESH].flatMap(shapesOfPassword),
    ...factors,
    CLIENT_SECRET,
    key,
    shown,
    ...hashes.map(({ hash }) => hash),
  ]
  for (const secret of secrets) expect(secret.length).toBeGreaterThan(10)
  return { world, cast, secrets }
}

test('whatever is done is told truly, and no event holds a secret', { timeout: 60_000 }, async () => {
  const { world, cast, secrets } = await doEverything()
  const page = async (slug: string) =>
    (await world.fetch(paths.auditLog(slug), { cookie: cast.owner.cookie })).text()
  const [html, elsewhere] = [await page('acme'), await page('initech')]
  const [next] = await elements(html, 'nav.pages a[rel=next]')
  const older = await (await world.fetch(next?.attributes.href ?? '', { cookie: cast.owner.cookie })).text()
  expect([...(await texts(html, '.timeline p')), ...(await texts(older, '.timeline p'))].reverse()).toEqual(
    TOLD,
  )
  expect(await texts(elsewhere, '.timeline p')).toEqual(['Olga Owner made the organization Initech'])

  const events = await rows<{ action: string }>('select * from audit_event')
  const unwritten = ACTIONS.filter((action) => !events.some((event) => event.action === action))
  // By the deployment's own command, and once the organization is gone, its log with it.
  expect(unwritten).toEqual(['organization.deleted', 'seats.changed', 'account.recovered'])

  const file = await world.fetch(paths.auditLogCsv('acme'), { cookie: cast.owner.cookie })
  const all = [JSON.stringify(events), html, older, await file.text()]
  for (const secret of secrets) for (const text of all) expect(text.includes(secret), secret).toBe(false)
})
