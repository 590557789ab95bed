import {
  acceptAsNewcomer,
  type Company,
  expect,
  expectAccessibleEverywhere,
  type Page,
  test,
} from './support'

test.describe.configure({ mode: 'parallel' })

const LONG = {
  name: 'Maximiliane Oberhofer-Untertaunenbacher von Hohenzollern-Sigmaringen',
  organization:
    'Königlich-Bayerische Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
  word: 'Rechtsschutzversicherungsgesellschaftenangelegenheitenabteilung',
  reason: `550 5.4.1 Recipient address rejected: Access denied [${'DB8EUR05FT051.eop-eur05.prod.protection'.repeat(2)}]`,
}
const PAUSED = { sending_paused_at: Date.now(), sending_paused_for: 'complaints' }
const longAddress = (company: Company, local = 'wolfgang') =>
  company
    .address(`${local}.von-und-zu-hohenlohe-langenburg+invitations`)
    .replace('@', '@a-rather.long-sub-domain.')

/** The one that `company.proveDomain` proves. */
const domainOf = (company: Company) => company.address('').slice(1)

/** Looks at a page everywhere, once it says in its first heading that it is the one. */
const look = async (page: Page, path: string, heading: string | RegExp) => {
  await test.step(path, async () => {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading)
    await expectAccessibleEverywhere(page)
  })
}

/** A member, a team, a role, a key, seats that have run out, and a row for every state of an invitation, all long. */
const fillWithEverything = async (company: Company) => {
  const now = Date.now()
  const person = await company.addAccount(LONG.name, longAddress(company, 'member'))
  await company.join(person, 'viewer')
  await company.join(await company.addAccount('Ina Inactive'), 'member', 'inactive')
  const team = await company.add('team', { name: LONG.word, created_at: now })
  const role = await company.add('role', {
    name: LONG.word,
    description: `For the ${LONG.word}.`,
    permissions: '["organization:read","member:read"]',
    created_at: now,
  })
  const states = ['queued', 'sending', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'cancelled']
  await company.addInvitations([
    ...states.map((mail_state, index) => ({
      address: `${index}.${longAddress(company)}`,
      department: index % 2 ? '' : LONG.word,
      inviter_name: LONG.name,
      role: index % 2 ? role : 'member',
      mail_state,
      ...(index > 3 && { mail_reason: LONG.reason }),
      ...(index % 3 === 0 && { expires_at: now - 1 }),
    })),
    ...['accepted', 'declined', 'revoked'].map((status) => ({
      address: longAddress(company, status),
      status,
      department: LONG.word,
    })),
  ])
  const invitation = await company.add('invitation', {
    address: longAddress(company, 'one'),
    typed_address: longAddress(company, 'one'),
    role: 'member',
    status: 'pending',
    key_id: 'key',
    token_hash: person.id,
    first_sent_at: now,
    sent_at: now,
    expires_at: now + 3_600_000,
    inviter_kind: 'user',
    inviter_id: company.owner.id,
    inviter_name: LONG.name,
    mail_state: 'delivered',
    change_id: person.id,
    created_at: now,
  })
  await company.add('connection', {
    preset: 'other',
    issuer: `https://${LONG.word}.${LONG.word}.example/realms/${LONG.word}`.toLowerCase(),
    client_id: LONG.word.repeat(3),
    client_secret: 'cannot be read',
    created_at: now,
  })
  const event = { actor_kind: 'user', actor_id: company.owner.id, actor_name: LONG.name, at: now }
  const target = { target_kind: 'member', target_id: person.id, target_name: LONG.name, detail: '{}' }
  for (const [index, action] of ['member.deactivated', 'member.left', 'invitation.expired'].entries())
    await company.add('audit_event', { ...event, ...target, action, change_id: `${person.id}${index}` })
  await company.proveDomain()
  await company.set({ name: LONG.organization, seat_limit: 3, delete_at: now + 86_400_000, ...PAUSED })
  return { person, team, role, invitation }
}

/** The pages of the console, each with the heading that says it is this one. */
const pagesOf = (
  company: Company,
  { person, team, role, invitation }: Awaited<ReturnType<typeof fillWithEverything>>,
) =>
  [
    ['', 'Overview'],
    ['/members', 'Members'],
    ['/members?status=inactive', 'Members'],
    [`/members?q=${'nobody'.repeat(20)}`, 'Members'],
    [`/members/${person.id}`, new RegExp(LONG.name)],
    [`/members/${person.id}/remove`, `Remove ${LONG.name}?`],
    ['/invitations?tab=all', 'Invitations'],
    [`/invitations?q=${'nobody'.repeat(20)}`, 'Invitations'],
    ['/invitations/new', 'Invite users'],
    [`/invitations/${invitation}`, longAddress(company, 'one')],
    [`/invitations/${invitation}/edit`, /^Edit/],
    [`/invitations/revoke?id=${invitation}`, 'Revoke this invitation?'],
    ['/teams', 'Teams'],
    ['/teams/new', 'New team'],
    [`/teams/${team}/edit`, 'Rename team'],
    [`/teams/${team}/delete`, `Delete the team ${LONG.word}?`],
    ['/roles', 'Roles'],
    ['/roles/new', 'New role'],
    [`/roles/${role}/edit`, 'Edit role'],
    [`/roles/${role}/delete`, `Delete the role ${LONG.word}?`],
    ['/audit-log', 'Audit log'],
    [`/audit-log?actor=${'nobody'.repeat(9)}`, 'Audit log'],
    ['/settings', 'Settings'],
    ['/settings/invitations', 'Settings'],
    ['/settings/domains', 'Settings'],
    [`/settings/domains/remove?domain=${domainOf(company)}`, /^Remove/],
    ['/settings/email?check=1', 'Settings'],
    ['/settings/email/resume', 'Resume sending?'],
    ['/settings/sign-in', 'Settings'],
    ['/settings/sign-in/connection/remove', /^Disconnect/],
    ['/settings/deletion', 'Settings'],
    ['/settings/api-keys', 'Settings'],
    ['/leave', 'You are the last owner'],
  ] as const

// In parts, which go side by side.
const PARTS = 4
for (let part = 0; part < PARTS; part++)
  test(`every page of the console, with long names, part ${part + 1}`, async ({ admin, company }) => {
    const pages = pagesOf(company, await fillWithEverything(company))
    for (const [path, heading] of pages.filter((_, index) => index % PARTS === part))
      await look(admin, `/o/${company.slug}${path}`, heading)
  })

test('every page of an organization in which nothing has happened yet', async ({ admin, company }) => {
  for (const [path, heading] of [
    ['', 'Overview'],
    ['/members', 'Members'],
    ['/invitations?notice=sent&n=3', 'Invitations'],
    ['/teams', 'Teams'],
    ['/audit-log', 'Audit log'],
    ['/settings/deletion', 'Settings'],
  ] as const)
    await look(admin, `/o/${company.slug}${path}`, heading)
  await look(admin, '/organizations', 'Your organizations')
  await look(admin, '/organizations/new', 'New organization')
  await look(admin, '/account/sessions', 'Where you are signed in')
})

test('what opens over a page: menu, forms, what was refused in them, a key just made', async ({
  admin,
  company,
  quiet,
}) => {
  await fillWithEverything(company)
  await company.set({ seat_limit: 0 })
  await admin.goto(`/o/${company.slug}/invitations`)
  await admin.getByRole('link', { name: 'Invite users' }).first().click()
  const dialog = admin.getByRole('dialog')
  await expect(dialog).toBeVisible()
  await expectAccessibleEverywhere(admin)
  quiet.expect(422)
  await dialog
    .getByLabel('Email addresses')
    .fill(`1.${longAddress(company)} ${company.owner.address} ${'x'.repeat(80)}@`)
  await dialog.getByRole('button', { name: 'Send invitations' }).click()
  await expect(dialog.getByRole('list', { name: 'Not invited' })).toBeVisible()
  await admin.keyboard.press('Escape')
  await expect(dialog.getByRole('alert')).toContainText('What you typed is not saved')
  await expectAccessibleEverywhere(admin)
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await admin.getByRole('checkbox', { name: 'Select all' }).check()
  await admin.getByRole('button', { name: 'Revoke selected' }).click()
  await expect(dialog.getByRole('button', { name: 'Revoke' })).toBeVisible()
  await expectAccessibleEverywhere(admin)

  await admin.goto(`/o/${company.slug}/settings/api-keys`)
  await admin.getByLabel('Name').fill(LONG.word)
  await admin.getByRole('button', { name: 'Make key' }).click()
  await expect(admin.getByRole('textbox', { name: 'API key' })).toHaveValue(/^usher_/)
  await expectAccessibleEverywhere(admin)
})

test('every form that a link shows', async ({ page, company, quiet }) => {
  await company.set({ name: LONG.organization })
  const known = await company.addAccount(LONG.name, longAddress(company))
  const fresh = await company.invite(longAddress(company, 'amadeus'))
  const theirs = await company.invite(known.address)
  quiet.expect(422)
  await page.goto(fresh.link)
  await page.getByText('Don’t want to join?').click()
  await expectAccessibleEverywhere(page)
  await page.getByLabel('First name').fill('Jane')
  await page.getByLabel('Last name').fill('Doe')
  await page.getByLabel('Choose a password').fill('password')
  await page.getByLabel('Repeat the password').fill('password')
  await page.getByRole('button', { name: 'Accept & create account' }).click()
  await expect(page.getByText('Too many people use this password')).toBeVisible()
  await expectAccessibleEverywhere(page)

  await page.goto(theirs.link)
  await expect(page.getByRole('button', { name: 'Accept & sign in' })).toBeVisible()
  await expectAccessibleEverywhere(page)
  await company.signIn(page.context(), known)
  await page.goto(theirs.link)
  await expect(page.getByRole('button', { name: /^Accept & join/ })).toBeVisible()
  await expectAccessibleEverywhere(page)
  await page.goto(fresh.link)
  await expect(page.getByRole('button', { name: 'Switch account' })).toBeVisible()
  await expectAccessibleEverywhere(page)
})

test('every link that has nothing to accept, and where one lands', async ({ page, company, quiet }) => {
  await company.set({ name: LONG.organization })
  const mail = await company.invite(longAddress(company))
  await company.press('resend', mail.to)
  const current = await company.newestMail(mail.to)
  await look(page, mail.link, 'Invitation replaced')
  await company.set({ seat_limit: 1 })
  await look(page, current.link, 'No seat left')
  await company.set({ seat_limit: 0 })
  await company.expire(mail.to)
  await look(page, current.link, 'Invitation expired')
  await company.press('revoke', mail.to)
  await look(page, current.link, 'Invitation revoked')
  const declined = await company.invite(company.address('declined'))
  await page.goto(declined.link)
  await page.getByText('Don’t want to join?').click()
  await page.getByRole('button', { name: 'Decline invitation' }).click()
  await look(page, declined.link, 'Invitation declined')
  for (const [status, heading] of [
    ['active', 'You are a member already'],
    ['inactive', 'Your membership is inactive'],
  ] as const) {
    const theirs = await company.invite(company.address(status))
    await company.join(await company.addAccount(status), 'member', status)
    await look(page, theirs.link, heading)
  }
  quiet.expect(404)
  await look(page, '/accept-invitation?token=x', 'Invalid link')

  const used = await company.invite(company.address('used'))
  await page.goto(used.link)
  await acceptAsNewcomer(page)
  await expect(page.getByRole('status')).toContainText('Welcome!')
  await expectAccessibleEverywhere(page)
  await page.context().clearCookies()
  await look(page, used.link, 'Invitation already used')

  const unanswered = await company.invite(company.address('unanswered'))
  await company.demote(company.owner)
  await look(page, unanswered.link, 'Ask for a new invitation')
})

test('signing in, refusals, the mailbox and a mail', async ({ page, company, quiet }) => {
  const viewer = await company.join(await company.addAccount('Vera Viewer'), 'viewer')
  await company.set({ name: LONG.organization })
  const mail = await company.invite(longAddress(company), { note: `${LONG.word}\n\nOlga` })
  quiet.expect(404)
  quiet.expect(403)
  await look(page, `/o/${company.slug}/sign-in`, /^Sign in/)
  await look(page, '/nowhere', 'Not found')
  await company.signIn(page.context(), viewer)
  await look(page, `/o/${company.slug}/invitations`, 'Not allowed')
  await look(page, `/o/${company.slug}`, LONG.organization)
  await page.goto(`/mailbox/${mail.id}/html`)
  await expectAccessibleEverywhere(page)
  await page.goto('/mailbox')
  await expect(page.getByText(mail.to).first()).toBeVisible()
  await expectAccessibleEverywhere(page)
})
