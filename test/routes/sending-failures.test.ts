import { expect, test } from 'vitest'
import { idOf } from '../support/acting'
import { addAccount, addCast, addMember, freshChange, invite } from '../support/cast'
import { elements, texts, typedIn } from '../support/html'
import { createWorld, hidden, linkIn, rows, run, START } from '../support/world'

/** Each failure that the form lists, with its reason. */
const failuresIn = async (html: string) => {
  const addresses = await texts(html, '#failures .address')
  const reasons = await texts(html, '#failures .why')
  return Object.fromEntries(addresses.map((address, n) => [address, reasons[n]]))
}

test('what fails stays in the box, each with its reason, and what was sent is said', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast({ seat_limit: 7 })
  await addMember(acme, await addAccount('Ina', 'ina@acme.test'), 'member', 'inactive')
  await invite(world, admin, 'pending@example.com')
  const answer = await invite(
    world,
    admin,
    'one@example.com, max.member@acme.test; ina@acme.test pending@example.com\nnonsense, One@example.com two@example.com three@example.com',
    { department: 'Sales', note: 'Hello', role: 'viewer' },
  )
  expect(answer.status).toBe(200)
  expect(answer.headers.get('HX-Trigger')).toBe('list-changed')
  const html = await answer.text()
  expect(await texts(html, '[role=status].sent-part')).toEqual(['2 invitations sent'])
  expect(typedIn(html, 'addresses').split('\n')).toEqual([
    'max.member@acme.test',
    'ina@acme.test',
    'pending@example.com',
    'nonsense',
    'One@example.com',
    'three@example.com',
  ])
  expect(await failuresIn(html)).toEqual({
    'max.member@acme.test': 'Already a member',
    'ina@acme.test': 'Already a member, inactive',
    'pending@example.com': 'Already invited',
    nonsense: 'There is no @ in it.',
    'One@example.com': 'Listed twice; the first one counts',
    'three@example.com': 'No seat left',
  })
  expect(typedIn(html, 'note')).toBe('Hello')
  expect((await elements(html, 'input[name=department]'))[0]?.attributes.value).toBe('Sales')
  expect(await texts(html, 'select[name=role] option[selected]')).toEqual(['Viewer'])
})

test('both quotas have words of their own', async () => {
  const world = createWorld({ INVITATIONS_PER_DAY: '1', MAILS_PER_ADDRESS_PER_DAY: '1' })
  const { admin } = await addCast()
  await invite(world, admin, 'mailed@example.com')
  await world.drain()
  await run("update invitation set status = 'revoked'")
  const addresses = ['mailed@example.com', 'next@example.com', 'late@example.com']
  expect(await failuresIn(await (await invite(world, admin, addresses)).text())).toEqual({
    'mailed@example.com': expect.stringContaining('This address has had as many mails'),
    'late@example.com': expect.stringContaining('the organization’s quota'),
  })
})

test('where nothing was sent the answer is 422 and the list need not refresh', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const answer = await invite(world, admin, 'max.member@acme.test nonsense')
  expect(answer.status).toBe(422)
  expect(answer.headers.get('HX-Trigger')).toBeNull()
  const html = await answer.text()
  expect(await elements(html, '.sent-part')).toEqual([])
  expect(await texts(html, '#failures .address')).toEqual(['max.member@acme.test', 'nonsense'])
})

test('a member’s failure leads to the member, active or inactive', async () => {
  const world = createWorld()
  const { acme, admin, member } = await addCast()
  const ina = await addMember(acme, await addAccount('Ina', 'ina@acme.test'), 'member', 'inactive')
  const html = await (await invite(world, admin, 'max.member@acme.test ina@acme.test')).text()
  const links = await elements(html, '#failures a')
  expect(links.map(({ attributes }) => attributes.href)).toEqual([
    `/o/acme/members/${member.id}`,
    `/o/acme/members/${ina.id}`,
  ])
  const page = await world.fetch(links[1]?.attributes.href ?? '', { cookie: admin.cookie })
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('Inactive')
})

test('an address already invited is offered a Resend that works from this very form and leaves the rest in it', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await invite(world, admin, 'pending@example.com')
  await world.drain()
  const html = await (await invite(world, admin, 'Pending@example.com nonsense')).text()
  const [button, ...others] = await elements(html, '#failures button')
  expect(others).toEqual([])
  expect(button).toMatchObject({
    text: 'Resend',
    attributes: {
      name: 'only',
      formaction: '/o/acme/invitations/resend',
      'aria-label': 'Resend to Pending@example.com',
    },
  })
  world.clock.now += 60_000
  // The button posts the whole form it stands in.
  const answer = await world.fetch(button?.attributes.formaction ?? '', {
    cookie: admin.cookie,
    form: {
      change: hidden(html, 'change'),
      addresses: typedIn(html, 'addresses'),
      role: 'member',
      department: '',
      note: '',
      only: button?.attributes.value ?? '',
    },
  })
  expect(answer.status).toBe(200)
  const after = await answer.text()
  expect(await texts(after, '[role=status].sent-part')).toEqual(['1 invitation resent'])
  expect(typedIn(after, 'addresses')).toBe('nonsense')
  await world.drain()
  expect(world.mails.map(({ to }) => to)).toEqual(['pending@example.com', 'pending@example.com'])
  expect(linkIn(world.mails[0])).not.toBe(linkIn(world.mails[1]))
  expect(await rows('select generation, sent_at from invitation')).toEqual([
    { generation: 2, sent_at: START + 60_000 },
  ])
})

test('resent from the dialog, the failure says so in its place and leaves the box', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await invite(world, admin, 'pending@example.com')
  const answer = await world.fetch('/o/acme/invitations/resend', {
    cookie: admin.cookie,
    headers: { 'HX-Request-Type': 'partial' },
    form: {
      change: freshChange(),
      addresses: 'nonsense\nPending@example.com\npending@example.com',
      only: await idOf('pending@example.com'),
    },
  })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('HX-Trigger')).toBe('list-changed')
  const html = await answer.text()
  expect(await texts(html, 'li .address')).toEqual(['pending@example.com'])
  expect(await texts(html, 'li [role=status]')).toEqual(['Resent'])
  expect(typedIn(html, 'addresses')).toBe('nonsense')
  expect(await rows('select generation from invitation')).toEqual([{ generation: 2 }])
})

test('the failures, put right in the box, are sent by the next press', async () => {
  const world = createWorld()
  const { admin } = await addCast({ seat_limit: 5 })
  const first = await (await invite(world, admin, 'one@example.com two@example.com typo@example')).text()
  expect(typedIn(first, 'addresses')).toBe('two@example.com\ntypo@example')
  await run('update organization set seat_limit = 9')
  const again = await invite(
    world,
    admin,
    typedIn(first, 'addresses').replace('typo@example', 'right@example.com'),
    {
      change: hidden(first, 'change'),
    },
  )
  expect(again.status).toBe(303)
  expect(await rows('select address from invitation order by created_at, address')).toEqual(
    ['one', 'right', 'two'].map((name) => ({ address: `${name}@example.com` })),
  )
})

test('hostile text in the box comes back as text', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const hostile = '</textarea><script>alert(1)</script>@x "><img src=x onerror=alert(1)>'
  const answer = await invite(world, admin, hostile, { department: '"><b>x', note: '</textarea><i>' })
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(await elements(html, 'form.send script, form.send img, form.send b, form.send i')).toEqual([])
  expect(await rows('select id from invitation')).toEqual([])
})

test.each([
  'evil@example.com\r\nBcc: all@example.com',
  'evil@example.com%0ABcc:all@example.com',
  'a@example.com\u0000',
  '"a\nBcc: b"@example.com',
  `${'x'.repeat(70)}@example.com`,
  'ü'.repeat(4000),
])('nothing but an address itself is ever mailed: %j', async (text) => {
  const world = createWorld()
  const { admin } = await addCast()
  const answer = await invite(world, admin, text)
  expect(answer.status).toBeLessThan(500)
  await world.drain()
  for (const { to, from, subject } of world.mails) {
    expect(to).toMatch(/^[^\s@,;]+@example\.com$/)
    expect(`${from}${subject}`).not.toMatch(/[\r\n]/)
  }
  const addresses = await rows<{ address: string }>('select address from invitation')
  expect(world.mails).toHaveLength(addresses.length)
})

test('a body of the wrong type, or sent from elsewhere, sends nothing', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const wrongType = await world.fetch('/o/acme/invitations', {
    cookie: admin.cookie,
    json: { addresses: 'a@example.com', change: freshChange() },
  })
  expect(wrongType.status).toBe(415)
  const elsewhere = await world.fetch('/o/acme/invitations', {
    cookie: admin.cookie,
    headers: { Origin: 'https://evil.test' },
    form: { addresses: 'a@example.com', change: freshChange() },
  })
  expect(elsewhere.status).toBe(403)
  expect(await rows('select id from invitation')).toEqual([])
})
