import { describe, expect, test } from 'vitest'
import { PASSWORD } from '../support/cast'
import { everyRow } from '../support/dump'
import { elements, texts } from '../support/html'
import { seen } from '../support/invitee'
import { bySetup, setupForm } from '../support/setting-up'
import { bursts, PRODUCTION } from '../support/settings'
import { createWorld, hidden, rows } from '../support/world'

const written = async () => Object.values(await everyRow()).flat()

describe('a form that is not right', () => {
  const { change: _, password: __, confirmation: ___, ...kept } = setupForm()
  test.each([
    ['organization', { organization: ' ' }, 'Enter the organization’s name.'],
    ['organization', { organization: 'x'.repeat(101) }, 'Up to 100 characters.'],
    ['organization', { organization: 'https://evil.example' }, 'A name cannot be a link.'],
    ['firstName', { firstName: '' }, 'Enter your first name.'],
    ['lastName', { lastName: 'y'.repeat(101) }, 'Up to 100 characters.'],
    ['address', { address: 'olga' }, 'There is no @ in it.'],
    ['address', { address: 'a@x.test, b@x.test' }, 'Enter one address only.'],
    ['password', { password: 'short', confirmation: 'short' }, 'Use at least 8 characters.'],
    ['password', { password: 'p'.repeat(129), confirmation: '' }, 'Use at most 128 characters.'],
    ['password', { password: 'password1', confirmation: 'password1' }, /^Too many people use this/],
    ['password', { password: 'OLGA@acme.test', confirmation: '' }, /^Your address is too easy/],
    ['confirmation', { confirmation: 'another password' }, 'The two passwords are not the same.'],
  ] as [string, Record<string, string>, string | RegExp][])(
    'answers 422 with the error beside %s for %j, and keeps what was typed but passwords',
    async (field, fields, words) => {
      const { response } = await bySetup(fields)
      expect(response.status).toBe(422)
      const { errors, values, html } = await seen(response)
      expect(Object.keys(errors)).toEqual([field])
      expect(errors[field]).toMatch(words)
      const { accountScope: scope, ...typed } = { ...kept, ...fields, password: '', confirmation: '' }
      expect(values).toMatchObject(typed)
      expect(scope).toBe('shared')
      expect(html).not.toContain(PASSWORD)
      expect(hidden(html, 'change')).toBe('change-of-the-form')
      expect(await written()).toEqual([])
    },
  )

  test('tells every mistake at once', async () => {
    const world = createWorld()
    const response = await world.fetch('/setup', { form: {} })
    expect(response.status).toBe(422)
    const { errors, html } = await seen(response)
    expect(Object.keys(errors)).toEqual([
      'organization',
      'accountScope',
      'firstName',
      'lastName',
      'address',
      'password',
    ])
    const [accounts] = await elements(html, 'fieldset')
    expect(await texts(html, `#${accounts?.attributes['aria-describedby']}`)).toEqual([
      'Choose one of the two.',
    ])
  })

  test('with an account scope there is none of is told beside it', async () => {
    const { response } = await bySetup({ accountScope: 'everybody' })
    expect(response.status).toBe(422)
    expect(await texts(await response.text(), 'fieldset .error')).toEqual(['Choose one of the two.'])
  })
})

describe('outside development', () => {
  const deployed = (settings: Partial<typeof PRODUCTION> = {}) => createWorld({ ...PRODUCTION, ...settings })

  test('the form asks for SETUP_TOKEN and says where it is from', async () => {
    const page = await (await deployed().fetch('/setup')).text()
    const [field] = await elements(page, 'input[name=setupToken]')
    expect(field?.attributes).toMatchObject({ type: 'password', required: '' })
    expect(await texts(page, '#field-setupToken-hint')).toEqual([expect.stringContaining('npm run deploy')])
  })

  test('the right token sets up', async () => {
    const world = deployed()
    const response = await world.fetch('/setup', {
      form: setupForm({ setupToken: ` ${PRODUCTION.SETUP_TOKEN} ` }),
    })
    expect(response.status).toBe(303)
    expect(await rows('select name from organization')).toEqual([{ name: 'Acme & Söhne' }])
  })

  test.each([
    ['a wrong', 'not the setup token of this one'],
    ['a shorter', PRODUCTION.SETUP_TOKEN.slice(0, -1)],
    ['a longer', `${PRODUCTION.SETUP_TOKEN}x`],
    ['no', ''],
  ])(
    '%s token is refused beside its field, is not shown again, and nothing is made',
    async (_, setupToken) => {
      const response = await deployed().fetch('/setup', { form: setupForm({ setupToken }) })
      expect(response.status).toBe(422)
      const { errors, html } = await seen(response)
      expect(errors).toEqual({ setupToken: 'That is not this deployment’s SETUP_TOKEN.' })
      expect(html).not.toContain(PRODUCTION.SETUP_TOKEN.slice(0, -1))
      expect(await written()).toEqual([])
    },
  )

  test('without SETUP_TOKEN every token is refused and the form says how to set it', async () => {
    const world = deployed({ SETUP_TOKEN: '' })
    const remedy = expect.stringContaining('npx wrangler secret put SETUP_TOKEN')
    expect(await texts(await (await world.fetch('/setup')).text(), '#field-setupToken-hint')).toEqual([
      remedy,
    ])
    for (const setupToken of ['', 'undefined', 'null']) {
      const response = await world.fetch('/setup', { form: setupForm({ setupToken }) })
      expect((await seen(response)).errors).toEqual({ setupToken: remedy })
    }
    expect(await written()).toEqual([])
  })

  test('guessing the token in bursts is refused, with when to try again', async () => {
    const world = createWorld({ ...PRODUCTION, ...bursts(false) })
    const response = await world.fetch('/setup', { form: setupForm({ setupToken: PRODUCTION.SETUP_TOKEN }) })
    expect(response.status).toBe(429)
    expect(response.headers.get('Retry-After')).toBe('60')
    expect(await written()).toEqual([])
  })
})
