import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { evaluate, PATIENCE, withoutWaiting } from '../../src/policies/evaluation'
import {
  allow,
  askApproval,
  type Decision,
  definePolicy,
  deny,
  forEachAddress,
  hold,
  type Operation,
  type Policy,
  type Verdict,
} from '../../src/policies/policy'
import { invitationPolicies } from '../../src/policies/registry'
import { readOnly } from '../../src/storage/reading'
import { addCast } from '../support/cast'
import { rows, START } from '../support/world'

const JANE = 'jane@example.com'
const JOE = 'joe@example.com'

const operation = (addresses: readonly string[] = [JANE]): Operation => ({
  actor: {
    kind: 'user',
    id: 'a-user',
    name: 'Ada Admin',
    role: { key: 'admin', name: 'Admin', description: '', permissions: [], builtIn: true },
  },
  organization: { id: 'an-organization', name: 'Acme', slug: 'acme', timeZone: 'UTC' },
  addresses,
  via: 'form',
  now: START,
  read: readOnly(env.DB),
})

const NO = { code: 'no', message: 'No', remediation: 'Do not' }
const policy = (verdict: Verdict | (() => Verdict | Promise<Verdict>), id = 'a-policy'): Policy<Operation> =>
  definePolicy({ id, evaluate: typeof verdict === 'function' ? verdict : () => verdict })
const judge = async (policies: readonly Policy<Operation>[], addresses: readonly string[] = [JANE]) =>
  Object.fromEntries(await evaluate(policies, operation(addresses)))
const only = async (...verdicts: (Verdict | (() => Verdict | Promise<Verdict>))[]) =>
  (await judge(verdicts.map((verdict) => policy(verdict))))[JANE]

const OPEN = { denied: null, heldUntil: null, heldFor: null, approval: null }

describe('what policies decide', () => {
  test('is to allow where there are none', async () => {
    expect(await judge([], [JANE, JOE])).toEqual({ [JANE]: OPEN, [JOE]: OPEN })
    expect(await only(allow())).toEqual(OPEN)
  })

  test('stands with code, message and remediation, whether they answer at once or later', async () => {
    expect(await only(deny(NO))).toEqual({ ...OPEN, denied: NO })
    expect(await only(async () => deny(NO))).toEqual({ ...OPEN, denied: NO })
  })

  test('is for the whole operation, or for each address alone; those left out are allowed', async () => {
    expect(await judge([policy(deny(NO))], [JANE, JOE])).toMatchObject({
      [JANE]: { denied: NO },
      [JOE]: { denied: NO },
    })
    const decided = policy(new Map([[JOE, deny(NO)]]))
    expect(await judge([decided], [JANE, JOE])).toEqual({ [JANE]: OPEN, [JOE]: { ...OPEN, denied: NO } })
    const each = definePolicy<Operation>({
      id: 'each',
      evaluate: (context) => forEachAddress(context, (address) => (address === JANE ? deny(NO) : allow())),
    })
    expect(await judge([each], [JANE, JOE])).toEqual({ [JANE]: { ...OPEN, denied: NO }, [JOE]: OPEN })
  })

  test('is asked in order and once each, and of each address the first denial counts', async () => {
    const asked: string[] = []
    const noting = (id: string, decisions: ReadonlyMap<string, Decision>): Policy<Operation> =>
      definePolicy({
        id,
        evaluate: () => {
          asked.push(id)
          return decisions
        },
      })
    const first = noting('first', new Map([[JANE, deny({ ...NO, code: 'first' })]]))
    const second = noting('second', new Map([JANE, JOE].map((one) => [one, deny({ ...NO, code: 'second' })])))
    expect(await judge([first, second], [JANE, JOE])).toMatchObject({
      [JANE]: { denied: { code: 'first' } },
      [JOE]: { denied: { code: 'second' } },
    })
    expect(asked).toEqual(['first', 'second'])
  })

  test('is asked of nobody any more once every address is denied', async () => {
    const late = vi.fn(() => allow())
    await judge([policy(deny(NO)), policy(late)], [JANE, JOE])
    expect(late).not.toHaveBeenCalled()
  })

  test('holds until the latest of several moments, with its reason; a moment that is past holds nothing', async () => {
    expect(await only(hold(START + 5, 'five'), hold(START + 9, 'nine'), hold(START + 7, 'seven'))).toEqual({
      ...OPEN,
      heldUntil: START + 9,
      heldFor: 'nine',
    })
    expect(await only(hold(START, 'past'))).toEqual(OPEN)
  })

  test('asks for approval with the first reason, and a denial leaves neither hold nor approval', async () => {
    expect(await only(askApproval('one'), askApproval('two'), hold(START + 1, 'later'))).toEqual({
      ...OPEN,
      approval: 'one',
      heldUntil: START + 1,
      heldFor: 'later',
    })
    expect(await only(askApproval('one'), hold(START + 1, 'later'), deny(NO))).toEqual({
      ...OPEN,
      denied: NO,
    })
  })

  test('denies where nothing can wait or nobody can be asked', async () => {
    const judged = await evaluate(
      [
        policy(
          new Map<string, Decision>([
            [JANE, hold(START + 1, 'Not today')],
            [JOE, askApproval('Too powerful')],
          ]),
        ),
      ],
      operation([JANE, JOE]),
    )
    expect(Object.fromEntries(withoutWaiting(judged, { hold: false, approve: false }))).toMatchObject({
      [JANE]: { heldUntil: null, denied: { code: 'not_yet', message: 'Not today' } },
      [JOE]: { approval: null, denied: { code: 'approval_required', message: 'Too powerful' } },
    })
    expect(withoutWaiting(judged, { hold: true, approve: true })).toEqual(judged)
  })
})

describe('a policy that fails', () => {
  let logged: ReturnType<typeof vi.spyOn>
  beforeEach(() => {
    logged = vi.spyOn(console, 'error').mockImplementation(() => {})
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  const expectFailed = (judgement: unknown, why: string) => {
    expect(judgement).toMatchObject({ denied: { code: 'policy_failed' } })
    const [line] = logged.mock.calls.map(([text]: unknown[]) => JSON.parse(String(text)))
    expect(line).toMatchObject({
      event: 'policy.failed',
      policy: 'a-policy',
      error: expect.stringContaining(why),
    })
    expect(JSON.stringify(judgement)).toContain(line.reference)
    expect(JSON.stringify(judgement)).not.toContain(why)
  }

  test('by throwing denies, with a reference that is in the log beside what was thrown', async () => {
    expectFailed(
      await only(() => {
        throw new Error('Broken')
      }),
      'Broken',
    )
  })

  test('by rejecting denies', async () => {
    expectFailed(await only(() => Promise.reject(new Error('Rejected'))), 'Rejected')
  })

  test('by deciding nothing that is known denies', async () => {
    const nothing = JSON.parse('{"kind":"maybe"}') as Decision
    expectFailed(await only(nothing), 'no decision')
  })

  test('by holding until no moment denies', async () => {
    expectFailed(await only(hold(Number.NaN, 'never')), 'no moment')
  })

  test('by taking longer than its time denies, and one that is in time does not', async () => {
    vi.useFakeTimers()
    const inTime = only(() => new Promise((resolve) => setTimeout(() => resolve(allow()), PATIENCE - 1)))
    await vi.advanceTimersByTimeAsync(PATIENCE)
    expect(await inTime).toEqual(OPEN)
    const never = only(() => new Promise(() => {}))
    await vi.advanceTimersByTimeAsync(PATIENCE)
    expectFailed(await never, '10 s')
  })

  test('denies of what those before it have left, and keeps none of their denials', async () => {
    const judged = await judge(
      [
        policy(new Map([[JANE, deny(NO)]])),
        policy(() => {
          throw new Error('Broken')
        }),
      ],
      [JANE, JOE],
    )
    expect(judged).toMatchObject({ [JANE]: { denied: NO }, [JOE]: { denied: { code: 'policy_failed' } } })
  })
})

describe('reading', () => {
  const read = readOnly(env.DB)

  test('answers the rows of a query, with values bound', async () => {
    const { acme } = await addCast()
    expect(await read<{ name: string }>('select name from organization where id = ?', acme.id)).toEqual([
      { name: 'Acme' },
    ])
    expect(await read('with one as (select 1 as n) select n, ? as text from one; ', "it's; (")).toEqual([
      { n: 1, text: "it's; (" },
    ])
    expect(await read('select \';)\' as a, ")" -- a comment ;)\n from (select 2 as ")")')).toHaveLength(1)
  })

  test.each([
    'delete from organization',
    'delete from organization returning id',
    "update organization set name = 'Mine' returning name",
    "insert into team (id) values ('x') returning id",
    'drop table organization',
    'select 1); delete from organization; select * from (select 1',
    'select 1) where 1 union select * from (select 2',
    'select 1; delete from organization',
    'select 1 /* ',
    'pragma table_list',
    '',
  ])('refuses %j and changes nothing', async (query) => {
    await addCast()
    await expect(read(query)).rejects.toThrow()
    expect(await rows('select name from organization order by name')).toEqual([
      { name: 'Acme' },
      { name: 'Globex' },
    ])
  })
})

describe('a registry', () => {
  test('keeps the order of registering, refuses a second policy of a name, and gives one back', () => {
    const { accept } = invitationPolicies
    const one = accept.register(definePolicy({ id: 'one', evaluate: allow }))
    const two = accept.register(definePolicy({ id: 'two', evaluate: allow }))
    expect(accept.policies.map(({ id }) => id)).toEqual(['one', 'two'])
    expect(() => accept.register(definePolicy({ id: 'one', evaluate: allow }))).toThrow('one')
    one()
    two()
    expect(accept.policies).toEqual([])
  })

  test('is empty out of the box', () => {
    for (const { policies } of Object.values(invitationPolicies)) expect(policies).toEqual([])
  })
})
