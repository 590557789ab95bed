import { createHash, randomUUID } from 'node:crypto'
import {
  type APIRequestContext,
  type BrowserContext,
  test as base,
  expect,
  type Page,
} from '@playwright/test'
import axe from 'axe-core'
import { paths } from '../../src/paths'
import { DAY } from '../../src/rules/dates'

export { expect, type Page }

export const PASSWORD = 'correct horse battery staple'
export const PHONE = { width: 390, height: 844 }
export const DESK = { width: 1440, height: 900 }

/** Somebody who can be signed in: `cookie` is a session of theirs. */
export type Person = { id: string; name: string; address: string; cookie: string }
export type Mail = { id: string; to: string; subject: string; text: string; state: string; link: string }

type Values = Record<string, string | number>
type Statement = { sql: string; params: string[] }

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const insert = (table: string, values: Values): Statement => ({
  sql: `insert into ${table} (${Object.keys(values)}) values (${Object.keys(values).map(() => '?')})`,
  params: Object.values(values).map(String),
})

/**
 * Changes the deployment's database from outside, as passing time or a later settings page would. It goes through
 * the running server: D1's local file takes one writing process only.
 */
const change = async (request: APIRequestContext, ...batch: Statement[]): Promise<void> => {
  const answer = await request.post('/cdn-cgi/local/explorer/api/d1/database/DB/raw', { data: { batch } })
  expect(answer.ok(), await answer.text()).toBe(true)
}

/** The one value that a statement selects. */
const selected = async (request: APIRequestContext, statement: Statement): Promise<unknown> => {
  const answer = await request.post('/cdn-cgi/local/explorer/api/d1/database/DB/raw', {
    data: { batch: [statement] },
  })
  const { result }: { result: { results: { rows: unknown[][] } }[] } = await answer.json()
  return result[0]?.results.rows[0]?.[0]
}

const newestMail = async (request: APIRequestContext, address: string): Promise<Mail> => {
  const answer = await request.get(paths.mailbox, { headers: { Accept: 'application/json' } })
  const { data }: { data: Mail[] } = await answer.json()
  const mail = data.find(({ to }) => to === address)
  if (!mail) throw new Error(`There is no mail to ${address}`)
  return mail
}

export type InvitationValues = { address: string } & Values

/** An organization of a test's own on the one deployment, with an owner; other tests neither see nor change it. */
const createCompany = async (request: APIRequestContext, origin: string, name: string) => {
  const key = randomUUID().slice(0, 8)
  const id = randomUUID()
  const slug = `company-${key}`
  await change(request, insert('organization', { id, name, slug, created_at: Date.now() }))

  /** An address that no other test uses. */
  const address = (local: string) => `${local}@${key}.test`

  const addAccount = async (name: string, of = address(name.toLowerCase().replaceAll(' ', '.'))) => {
    const person = { id: randomUUID(), name, address: of, cookie: randomUUID() }
    const now = Date.now()
    await change(
      request,
      insert('user', {
        id: person.id,
        account_scope: 'shared',
        address: of.toLowerCase(),
        typed_address: of,
        name,
        created_at: now,
      }),
      insert('session', {
        hash: sha256(person.cookie),
        user_id: person.id,
        created_at: now,
        expires_at: now + DAY,
      }),
    )
    return person
  }

  const join = async (person: Person, role: string, status = 'active') => {
    const membership = { organization_id: id, user_id: person.id, role, status, joined_at: Date.now() }
    await change(request, insert('member', membership))
    return person
  }

  const owner = await join(await addAccount('Olga Owner'), 'owner')

  const signIn = (context: BrowserContext, { cookie }: Person) =>
    context.addCookies([{ name: 'usher', value: cookie, url: origin }])

  const post = (path: string, form: Record<string, string>) =>
    request.post(path, {
      form: { change: randomUUID(), ...form },
      headers: { Cookie: `usher=${owner.cookie}`, Origin: origin },
      maxRedirects: 0,
    })

  return {
    name,
    slug,
    owner,
    address,
    addAccount,
    join,
    signIn,
    newestMail: (to: string) => newestMail(request, to),

    /** Invites through the console's form, as the owner, and hands over the mail. */
    invite: async (to: string, fields: Record<string, string> = {}): Promise<Mail> => {
      const answer = await post(paths.invitations(slug), { addresses: to, ...fields })
      expect(answer.status(), await answer.text()).toBe(303)
      return newestMail(request, to)
    },

    /** Revokes or resends the one invitation of an address. */
    press: async (verb: 'resend' | 'revoke', to: string) => {
      const list = await request.get(paths.invitations(slug, { q: to }), {
        headers: { Cookie: `usher=${owner.cookie}` },
      })
      const only = /id="invitation-([\w-]+)"/.exec(await list.text())?.[1] ?? ''
      const answer = await post(verb === 'resend' ? paths.resend(slug) : paths.revoke(slug), { only })
      expect(answer.status()).toBe(303)
    },

    /** Sets columns of the organization, as its settings pages will. */
    set: (columns: Values) =>
      change(request, {
        sql: `update organization set ${Object.keys(columns)
          .map((column) => `${column} = ?`)
          .join()} where id = ?`,
        params: [...Object.values(columns).map(String), id],
      }),

    /** Connects the organization to an identity provider through the form of its settings, and switches it on as a test would. */
    connect: async (connection: Record<string, string>) => {
      const answer = await post(paths.connection(slug), connection)
      expect(answer.status(), await answer.text()).toBe(303)
      await change(request, {
        sql: 'update connection set enabled = 1, tested_at = ? where organization_id = ?',
        params: [String(Date.now()), id],
      })
    },

    /** The domain of all its addresses is proven to be its own. */
    proveDomain: () =>
      change(
        request,
        insert('domain', {
          organization_id: id,
          domain: `${key}.test`,
          proof: 'found',
          proven_at: Date.now(),
          created_at: Date.now(),
        }),
      ),

    /** Lets the connection be taken for one of this provider. */
    presetIs: (preset: 'google' | 'microsoft') =>
      change(request, {
        sql: 'update connection set preset = ? where organization_id = ?',
        params: [preset, id],
      }),

    /** Lets an address's invitation run out. */
    expire: (of: string) =>
      change(request, {
        sql: 'update invitation set expires_at = ? where organization_id = ? and address = ?',
        params: [String(Date.now() - 1), id, of.toLowerCase()],
      }),

    /** Lets the hour come at which an address is reminded, and hands over the reminder. */
    remind: async (of: string): Promise<Mail> => {
      await expect.poll(async () => (await newestMail(request, of)).state).toBe('sent')
      await change(request, {
        sql: 'update invitation set remind_at = ? where organization_id = ? and address = ?',
        params: [String(Date.now() - 1), id, of.toLowerCase()],
      })
      await request.get(`/cdn-cgi/local/scheduled?cron=${encodeURIComponent('*/5 * * * *')}`)
      await expect
        .poll(async () => (await newestMail(request, of)).subject, { timeout: 15_000 })
        .toMatch(/reminder/i)
      return newestMail(request, of)
    },

    /** Makes a member a viewer. */
    demote: (of: Person) =>
      change(request, {
        sql: "update member set role = 'viewer' where organization_id = ? and user_id = ?",
        params: [id, of.id],
      }),

    /** Lets an invitation of `addInvitations` be one that this member has accepted. */
    markAccepted: (by: Person) =>
      change(request, {
        sql: "update invitation set status = 'accepted', accepted_by = ? where organization_id = ? and address = ?",
        params: [by.id, id, by.address],
      }),

    /** When the invitation of an address was first seen to be opened, or null. */
    openedAt: (of: string) =>
      selected(request, {
        sql: 'select opened_at from invitation where organization_id = ? and address = ?',
        params: [id, of],
      }),

    /** Lets the mail of an address arrive at its provider. */
    settle: (of: string) =>
      change(request, {
        sql: "update invitation set mail_state = 'sent' where organization_id = ? and address = ?",
        params: [id, of],
      }),

    /** Takes a member out of this organization, as removing one will; the account stays. */
    forget: (of: string) =>
      change(request, {
        sql: 'delete from member where user_id = (select id from user where address = ?)',
        params: [of],
      }),

    /** A row of one of this organization's tables, by itself; hands over its id. */
    add: async (table: string, values: Values) => {
      const row = { id: randomUUID(), ...values }
      await change(request, insert(table, { ...row, organization_id: id }))
      return row.id
    },

    /** Events of the audit log by the owner, each an hour older than the one before. */
    addEvents: (rows: readonly Values[]) =>
      change(
        request,
        ...rows.map((values, index) => {
          const row = randomUUID()
          return insert('audit_event', {
            id: row,
            change_id: row,
            organization_id: id,
            action: 'invitation.sent',
            actor_kind: 'user',
            actor_id: owner.id,
            actor_name: owner.name,
            target_kind: 'invitation',
            target_id: row,
            target_name: address('jane'),
            at: Date.now() - (index + 1) * 3_600_000,
            detail: '{"role":"member"}',
            ...values,
          })
        }),
      ),

    /** Rows of the list without their mails, each a minute older than the one before. */
    addInvitations: (rows: readonly InvitationValues[]) =>
      change(
        request,
        ...rows.map(({ address: of, ...values }, index) => {
          const row = randomUUID()
          const sentAt = Date.now() - (index + 1) * 60_000
          return insert('invitation', {
            id: row,
            organization_id: id,
            address: of.toLowerCase(),
            typed_address: of,
            role: 'member',
            status: 'pending',
            key_id: 'key',
            token_hash: row,
            first_sent_at: sentAt,
            sent_at: sentAt,
            expires_at: sentAt + 7 * DAY,
            inviter_kind: 'user',
            inviter_id: owner.id,
            inviter_name: owner.name,
            mail_state: 'sent',
            change_id: row,
            created_at: sentAt,
            ...values,
          })
        }),
      ),
  }
}

export type Company = Awaited<ReturnType<typeof createCompany>>

/** What a page says on the console; a test names what it means to meet: the status of a refusal, or words. */
type Quiet = { expect: (said: number | string) => void; listen: (context: BrowserContext) => void }

type Fixtures = {
  /** Another organization. */
  elsewhere: Company
  /** Fails the test for whatever a page says on the console: errors, violations of the security policy, warnings. */
  quiet: Quiet
  company: Company
  /** The company's owner, signed in, in this test's browser. */
  admin: Page
  /** A page in another browser, where nobody is signed in. */
  stranger: Page
}

export const test = base.extend<Fixtures>({
  quiet: [
    async ({ context }, use) => {
      const heard: string[] = []
      const expected: string[] = []
      const hear = (said: string) => expected.some((part) => said.includes(part)) || heard.push(said)
      const listen = (of: BrowserContext) => {
        of.on('weberror', (error) => hear(String(error.error())))
        of.on('console', (message) => {
          if (['error', 'warning'].includes(message.type()))
            hear(`${message.text()} at ${message.location().url}`)
        })
      }
      listen(context)
      const expectSaid = (said: number | string) =>
        void expected.push(typeof said === 'number' ? `responded with a status of ${said} ` : said)
      await use({ expect: expectSaid, listen })
      expect(heard).toEqual([])
    },
    { auto: true },
  ],
  company: async ({ request, baseURL }, use) => {
    await use(await createCompany(request, baseURL ?? '', 'Acme'))
  },
  elsewhere: async ({ request, baseURL }, use) => {
    await use(await createCompany(request, baseURL ?? '', 'Globex'))
  },
  admin: async ({ company, context, page }, use) => {
    await company.signIn(context, company.owner)
    await use(page)
  },
  stranger: async ({ browser, contextOptions, baseURL, javaScriptEnabled, quiet }, use) => {
    const context = await browser.newContext({
      ...contextOptions,
      baseURL: baseURL ?? '',
      javaScriptEnabled: javaScriptEnabled ?? true,
    })
    quiet.listen(context)
    await use(await context.newPage())
    await context.close()
  },
})

export const rowOf = (page: Page, address: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: address, exact: true }) })

export const tab = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name: new RegExp(`^${name}`) })

/** Addresses of the rows shown, in their order. */
export const shown = (page: Page) => page.getByRole('rowheader')

/** Presses what makes an account of an invitation, and passes by the passkey that is offered then. */
export const acceptPassingOffer = async (page: Page) => {
  // Not the answer to the page's own note that it was opened.
  const answered = page.waitForResponse(
    (answer) =>
      answer.request().method() === 'POST' && new URL(answer.url()).pathname === paths.acceptInvitation(),
  )
  await page.getByRole('button', { name: 'Accept & create account' }).click()
  const to = (await answered).headers().location ?? ''
  if (to.startsWith(paths.newPasskey())) await page.getByRole('link', { name: 'Not now' }).click()
}

/** Fills in the accept page of somebody without an account and accepts. */
export const acceptAsNewcomer = async (page: Page, name = 'Jane Doe', accept = acceptPassingOffer) => {
  const [first = '', last = ''] = name.split(' ')
  await page.getByLabel('First name').fill(first)
  await page.getByLabel('Last name').fill(last)
  await page.getByLabel('Choose a password').fill(PASSWORD)
  await page.getByLabel('Repeat the password').fill(PASSWORD)
  await accept(page)
}

/** Text is there, and wide, before the styles are. */
export const expectNoSidewaysScroll = async (page: Page) => {
  await page.waitForLoadState()
  const excess = await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth)
  expect(excess, `${page.url()} scrolls sideways`).toBe(0)
}

/** What axe finds on the page as it stands; its source goes there once a page, not once a question. */
const violationsOf = async (page: Page, only: string[] = []): Promise<string[]> => {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source)
  const options = { resultTypes: ['violations'], preload: false, ...(only.length > 0 && { runOnly: only }) }
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, ${JSON.stringify(options)})`)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any }) => [id, target, ...any.map(({ message }) => message)].join(' ')),
  )
}

/**
 * Neither sideways scrolling nor a violation of what axe checks, best practices included: on a phone and on a desk,
 * light and dark.
 */
export const expectAccessibleEverywhere = async (page: Page) => {
  for (const size of [PHONE, DESK]) {
    const where = `${page.url()} at ${size.width} pixels`
    await page.setViewportSize(size)
    await expectNoSidewaysScroll(page)
    await expectNoViolation(page, where)
    // The dark changes colours only.
    await page.emulateMedia({ colorScheme: 'dark' })
    await nextFrame(page)
    await expectNoViolation(page, `${where}, dark`, ['color-contrast'])
    await page.emulateMedia({ colorScheme: 'light' })
    await nextFrame(page)
  }
}

/** What is on its way from one colour to another is asked again a moment later. */
const expectNoViolation = (page: Page, where: string, only?: string[]) =>
  expect.soft.poll(() => violationsOf(page, only), { message: where }).toEqual([])

/** Colours change with the next frame that is painted. */
const nextFrame = (page: Page) =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
