import { beforeEach, describe, expect, test } from 'vitest'
import { idOf } from '../support/acting'
import { addApiKey, addCast, type Cast, freshChange, inviteAndMail, newAccount } from '../support/cast'
import { everyRow } from '../support/dump'
import { seen } from '../support/invitee'
import { PRODUCTION } from '../support/settings'
import { APP_URL, createWorld, rows, tokenIn, type Visit, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

type Form = Record<string, string>

/** Every form that changes something, filled in well by whoever may send it. */
const forms = async (): Promise<[string, Form, string | null][]> => {
  const token = tokenIn(await inviteAndMail(world, cast.admin, 'jane@example.com'))
  await addApiKey(cast.acme)
  const [key] = await rows<{ id: string }>('select id from api_key')
  const { cookie } = cast.owner
  const id = await idOf('jane@example.com')
  const change = freshChange()
  return [
    ['/accept-invitation', newAccount(token), null],
    ['/decline-invitation', { token, change }, null],
    ['/invitation-opened', { token }, null],
    ['/o/acme/invitations', { addresses: 'joe@example.com', change }, cookie],
    ['/o/acme/invitations/resend', { id, change }, cookie],
    ['/o/acme/invitations/revoke', { id, change }, cookie],
    ['/o/acme/settings/api-keys', { name: 'Product', role: 'admin', access: 'write', change }, cookie],
    ['/o/acme/settings/api-keys/revoke', { id: key?.id ?? '', change }, cookie],
    ['/sign-in', { address: cast.admin.address, password: 'correct horse battery staple' }, null],
    ['/sign-out', {}, cookie],
  ]
}

/** Sends every form in some way; each must be refused with `status`, and nothing may have changed. */
const refusedAll = async (status: number, visitOf: (form: Form) => Visit) => {
  const all = await forms()
  const before = await everyRow()
  for (const [path, form, cookie] of all) {
    const response = await world.fetch(path, { cookie, ...visitOf(form) })
    expect([path, response.status]).toEqual([path, status])
    expect(response.headers.get('Set-Cookie')).toBeNull()
  }
  expect(await everyRow()).toEqual(before)
}

describe('a form is taken from this site only:', () => {
  test.each([
    ['another site’s Origin', { Origin: 'https://evil.example' }],
    ['another port’s Origin', { Origin: 'http://localhost:9999' }],
    ['another scheme’s Origin', { Origin: 'https://localhost:8787' }],
    ['an Origin that begins like this site', { Origin: `${APP_URL}.evil.example` }],
    ['an opaque Origin', { Origin: 'null' }],
    ['neither header', { Origin: '' }],
    ['Sec-Fetch-Site: cross-site', { Origin: '', 'Sec-Fetch-Site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site', { Origin: 'https://evil.localhost', 'Sec-Fetch-Site': 'same-site' }],
    ['Sec-Fetch-Site: none', { Origin: '', 'Sec-Fetch-Site': 'none' }],
  ])('with %s it is refused and nothing changes', async (_, headers) => {
    await refusedAll(403, (form) => ({ form, headers }))
  })

  test('the refusal says so', async () => {
    const response = await world.fetch('/sign-out', { form: {}, headers: { Origin: 'https://evil.example' } })
    expect((await seen(response)).heading).toBe('Sent from elsewhere')
  })

  test.each([
    ['its Origin', { Origin: APP_URL }],
    ['Sec-Fetch-Site: same-origin', { Origin: '', 'Sec-Fetch-Site': 'same-origin' }],
  ])('with %s it is taken', async (_, headers) => {
    for (const [path, form, cookie] of await forms()) {
      const { status } = await world.fetch(path, { form, cookie, headers })
      expect([path, status]).not.toEqual([path, 403])
    }
    expect(await rows('select status from invitation where address = ?', 'joe@example.com')).toEqual([
      { status: 'pending' },
    ])
  })

  test('the site is APP_URL, whatever Host the request came to', async () => {
    world = createWorld(PRODUCTION)
    const form = { addresses: 'joe@example.com', change: 'change' }
    const url = 'https://evil.example/o/acme/invitations'
    const theirs = { Origin: 'https://evil.example', 'X-Forwarded-Host': 'evil.example' }
    const { cookie } = cast.admin
    expect((await world.fetch(url, { cookie, form, headers: theirs })).status).toBe(403)
    expect((await world.fetch(url, { cookie, form, headers: { Origin: PRODUCTION.APP_URL } })).status).toBe(
      303,
    )
  })
})

describe('a form comes as a form:', () => {
  const encoder = new TextEncoder()
  test.each([
    ['application/json', (form: Form) => JSON.stringify(form)],
    ['text/plain', (form: Form) => String(new URLSearchParams(form))],
    ['text/plain; x=application/x-www-form-urlencoded', (form: Form) => String(new URLSearchParams(form))],
    ['application/x-www-form-urlencodedx', (form: Form) => String(new URLSearchParams(form))],
    ['application/octet-stream', (form: Form) => String(new URLSearchParams(form))],
    ['', (form: Form) => String(new URLSearchParams(form))],
  ])('%j is refused with 415 and nothing changes', async (type, write) => {
    const headers: Record<string, string> = type ? { 'Content-Type': type } : {}
    await refusedAll(415, (form) => ({ body: encoder.encode(write(form)), headers }))
  })

  test('multipart/form-data is taken as well', async () => {
    const body = new FormData()
    body.set('addresses', 'joe@example.com')
    body.set('change', freshChange())
    expect((await world.fetch('/o/acme/invitations', { body, cookie: cast.admin.cookie })).status).toBe(303)
    expect(await rows('select address from invitation')).toEqual([{ address: 'joe@example.com' }])
  })

  test('a larger one than 256 KB is refused with 413', async () => {
    await refusedAll(413, (form) => ({ form: { ...form, more: 'x'.repeat(300_000) } }))
  })
})
