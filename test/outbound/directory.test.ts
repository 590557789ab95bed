import { describe, expect, test } from 'vitest'
import { directories } from '../../src/outbound/directory'
import { GoogleDirectoryStandIn, listed, MicrosoftGraphStandIn } from '../support/directory'

const URLS = { google: 'https://admin.googleapis.com', microsoft: 'https://graph.microsoft.com' }

const open = () => {
  const google = new GoogleDirectoryStandIn(URLS.google)
  const microsoft = new MicrosoftGraphStandIn(URLS.microsoft)
  const standIns = { google, microsoft }
  return {
    standIns,
    google: directories(URLS, google.fetch).google,
    microsoft: directories(URLS, microsoft.fetch).microsoft,
  }
}

const BOTH = ['google', 'microsoft'] as const
const STAFF = [
  listed('Jane Roe', { department: 'Sales' }),
  listed('Jan Doe'),
  listed('Suse Spent', { gone: true }),
  listed('Zoe Moss'),
]
const addresses = (answer: { kind: string; people?: { address: string | null }[] }) =>
  answer.kind === 'people' ? answer.people?.map(({ address }) => address) : answer

describe.each(BOTH)('%s', (provider) => {
  const opened = () => {
    const all = open()
    const standIn = all.standIns[provider]
    standIn.people = [...STAFF]
    return { standIn, directory: all[provider] }
  }

  test('lists who is active there, with names and department', async () => {
    const { directory } = opened()
    const answer = await directory.search('a token', '', null)
    expect(answer).toMatchObject({ kind: 'people', next: null })
    expect(addresses(answer)).toHaveLength(3)
    expect(answer.kind === 'people' && answer.people.find(({ id }) => id === 'id-jane-roe')).toEqual({
      id: 'id-jane-roe',
      address: 'jane.roe@acme.test',
      name: 'Jane Roe',
      firstName: 'Jane',
      lastName: 'Roe',
      department: 'Sales',
      active: true,
      vouched: true,
    })
  })

  test.each([
    ['jan', ['jan.doe@acme.test', 'jane.roe@acme.test']],
    ['Jane Roe', ['jane.roe@acme.test']],
    ['zoe.moss@acme', ['zoe.moss@acme.test']],
    ['suse', []],
    ['nobody', []],
  ])('finds %s', async (typed, found) => {
    expect(addresses(await opened().directory.search('a token', typed, null))).toEqual(found)
  })

  test.each(["o'neil", '"quoted" OR "mail:', 'isAdmin=true', '*', '\\', 'a\nb', 'name:x', '(', '@'])(
    'is asked for %j as for words and nothing else',
    async (typed) => {
      expect(await opened().directory.search('a token', typed, null)).toMatchObject({ kind: 'people' })
    },
  )

  test('is read page by page', async () => {
    const { directory, standIn } = opened()
    standIn.people = Array.from({ length: 120 }, (_, n) => listed(`P${String(n).padStart(3, '0')} Many`))
    const seen: (string | null)[] = []
    let page: string | null = null
    do {
      const answer = await directory.search('a token', 'many', page)
      if (answer.kind !== 'people') throw new Error(answer.kind)
      seen.push(...answer.people.map(({ id }) => id))
      page = answer.next
    } while (page !== null)
    expect(seen).toEqual(standIn.people.map(({ id }) => id))
    expect(standIn.requests).toHaveLength(3)
  })

  test('finds people by their ids, those who are not active there included, and leaves out who is gone', async () => {
    const { directory, standIn } = opened()
    standIn.people = [...STAFF, ...Array.from({ length: 40 }, (_, n) => listed(`P${n} Many`))]
    const ids = standIn.people.map(({ id }) => id)
    const answer = await directory.find('a token', ['id-nobody', ...ids])
    expect(answer.kind === 'people' && answer.people.map(({ id }) => id).sort()).toEqual([...ids].sort())
    expect(answer.kind === 'people' && answer.people.find(({ id }) => id === 'id-suse-spent')).toMatchObject({
      active: false,
    })
    expect(standIn.requests.length).toBeLessThanOrEqual(3)
  })

  test('that takes the token no more is an expired consent', async () => {
    const { directory, standIn } = opened()
    standIn.consented = false
    expect(await directory.search('a token', '', null)).toEqual({ kind: 'expired' })
    expect(await directory.find('a token', ['id-jane-roe'])).toEqual({ kind: 'expired' })
  })

  test.each([
    ['that is too busy', () => new Response('{}', { status: 429 }), /takes no more requests/],
    ['that has trouble', () => new Response('Oops', { status: 503 }), /answered 503/],
    ['that answers something else', () => new Response('<title>Hi</title>'), /as it documents/],
    [
      'that leads elsewhere',
      () => new Response(null, { status: 302, headers: { Location: 'https://evil.test/' } }),
      /answered 302/,
    ],
    ['that never stops', () => new Response('x'.repeat(3 * 1024 * 1024)), /more than anybody reads/],
    [
      'that is away',
      () => {
        throw new TypeError('Network connection lost.')
      },
      /could not be reached/,
    ],
    [
      'that is slow',
      () => {
        throw new DOMException('', 'TimeoutError')
      },
      /did not answer in time/,
    ],
  ])('%s is told as that', async (_, answer, words) => {
    const { directory, standIn } = opened()
    standIn.answerNext(answer)
    expect(await directory.search('a token', '', null)).toEqual({
      kind: 'problem',
      detail: expect.stringMatching(words),
      remedy: expect.stringMatching(/./),
    })
  })

  test('is asked with the token, and with nothing of it in the address', async () => {
    const { directory, standIn } = opened()
    await directory.search('a token', 'jane', null)
    await directory.find('a token', ['id-jane-roe'])
    for (const { headers, url } of standIn.requests) {
      expect(headers.get('Authorization')).toBe('Bearer a token')
      expect(headers.get('User-Agent')).toBeTruthy()
      expect(url).not.toContain('token=')
    }
  })
})

describe('google', () => {
  test('is asked for all domains of the customer, by address', async () => {
    const { google, standIns } = open()
    await google.search('a token', 'jane roe', null)
    const asked = new URL(standIns.google.requests[0]?.url ?? '')
    expect(asked.origin + asked.pathname).toBe('https://admin.googleapis.com/admin/directory/v1/users')
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      customer: 'my_customer',
      orderBy: 'email',
      query: 'isSuspended=false isArchived=false jane roe',
    })
    expect(google.consent).toEqual({
      scope: 'https://www.googleapis.com/auth/admin.directory.user.readonly',
      extra: { access_type: 'offline', prompt: 'consent' },
    })
  })

  const refusal = (reason: string) => () =>
    Response.json({ error: { code: 403, message: 'Forbidden', errors: [{ reason }] } }, { status: 403 })

  test.each([
    ['forbidden', /does not let whoever consented read/],
    ['accessNotConfigured', /Admin SDK API is not enabled/],
    ['insufficientPermissions', /admin\.directory\.user\.readonly/],
    ['userRateLimitExceeded', /takes no more requests/],
  ])('says which right is missing (%s)', async (reason, words) => {
    const { google, standIns } = open()
    standIns.google.answerNext(refusal(reason))
    expect(await google.search('a token', '', null)).toMatchObject({
      kind: 'problem',
      detail: expect.stringMatching(words),
    })
  })

  test('answers for a hundred people in one request', async () => {
    const { google, standIns } = open()
    standIns.google.people = Array.from({ length: 100 }, (_, n) => listed(`P${n} Many`))
    const found = await google.find(
      'a token',
      standIns.google.people.map(({ id }) => id),
    )
    expect(found).toMatchObject({ kind: 'people', people: { length: 100 } })
    expect(standIns.google.requests).toHaveLength(1)
  })
})

describe('microsoft', () => {
  test('is asked as its advanced queries want it', async () => {
    const { microsoft, standIns } = open()
    await microsoft.search('a token', 'jane', null)
    const [request] = standIns.microsoft.requests
    expect(request?.headers.get('ConsistencyLevel')).toBe('eventual')
    expect(Object.fromEntries(new URL(request?.url ?? '').searchParams)).toMatchObject({
      $search: '"displayName:jane" OR "mail:jane" OR "userPrincipalName:jane"',
      $filter: 'accountEnabled eq true',
      $count: 'true',
    })
    expect(microsoft.consent.scope).toBe('offline_access User.Read.All')
  })

  test.each(['https://evil.test', 'http://graph.microsoft.com', 'https://graph.microsoft.com.evil.test'])(
    'leads to a next page at %s in vain',
    async (base) => {
      const { microsoft, standIns } = open()
      standIns.microsoft.people = STAFF
      standIns.microsoft.perPage = 1
      standIns.microsoft.linkBase = base
      expect(await microsoft.search('a token', '', null)).toMatchObject({ kind: 'problem' })
      expect(await microsoft.search('a token', '', `${base}/v1.0/users?$skiptoken=1`)).toMatchObject({
        kind: 'problem',
      })
      expect(await microsoft.search('a token', '', `${URLS.microsoft}/v1.0/me/messages`)).toMatchObject({
        kind: 'problem',
      })
      expect(standIns.microsoft.requests).toHaveLength(1)
    },
  )

  test('says which right is missing', async () => {
    const { microsoft, standIns } = open()
    standIns.microsoft.answerNext(() =>
      Response.json(
        { error: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges' } },
        { status: 403 },
      ),
    )
    expect(await microsoft.search('a token', '', null)).toMatchObject({
      detail: expect.stringContaining('User.Read.All'),
    })
  })

  test('vouches for an address that is the principal name, and for no other that was written down', async () => {
    const { microsoft, standIns } = open()
    standIns.microsoft.people = [
      listed('Al One'),
      listed('Bo Two', { address: 'boss@victim.test', principal: 'bo@acme.test' }),
      listed('Cy Three', { address: '', principal: 'cy@acme.test' }),
      listed('Di Four', { address: 'di@guest.test', principal: 'di_guest.test#EXT#@acme.test' }),
      listed('Ed Five', { address: '', principal: 'ed_guest.test#EXT#@acme.test' }),
    ]
    const answer = await microsoft.search('a token', '', null)
    expect(
      answer.kind === 'people' && answer.people.map(({ address, vouched }) => [address, vouched]),
    ).toEqual([
      ['al.one@acme.test', true],
      ['boss@victim.test', false],
      ['cy@acme.test', true],
      ['di@guest.test', false],
      [null, false],
    ])
  })
})
