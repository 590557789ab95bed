import { describe, expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import type { PolicySettings, WorkingHours } from '../../src/rules/policies'
import { approveInvitations } from '../../src/usecases/approval'
import { editInvitation } from '../../src/usecases/editing'
import { resendInvitations } from '../../src/usecases/invitations'
import { sendInvitations } from '../../src/usecases/sending'
import { as, idOf, refusalOf, resend, revoke, send, sendInput, withKey } from '../support/acting'
import { addAccount, addApiKey, addCast, addMember, freshChange, inviteAndMail } from '../support/cast'
import { settleMail } from '../support/deliveries'
import { listed } from '../support/directory'
import { addDomain } from '../support/entrance'
import { roundTrip } from '../support/idp'
import { addDirectory, importAs } from '../support/importing'
import { accept, acceptAsNew, joining, signingIn } from '../support/invitee'
import { switchOn } from '../support/policies'
import { connect, signInBySso } from '../support/sso'
import { createWorld, rows, tokenIn, type World } from '../support/world'

// Every built-in policy on every path by which somebody is invited, mailed again or comes in.

type Setting = { world: World; address: string } & Awaited<ReturnType<typeof addCast>>
/** Takes one path to its end, with the policies switched on at the right moment; answers what became of it. */
type Path = (setting: Setting, policies: PolicySettings) => Promise<string>

type Outcome = { kind: string; denial?: { code: string } }
const told = ([outcome]: readonly Outcome[]): string => outcome?.denial?.code ?? outcome?.kind ?? 'nothing'

/** Of an accept page or a sign-in: in, or what the page says. */
const entered = async (response: Response, address: string): Promise<string> => {
  const member = await rows("select 1 from member where address = ? and status = 'active'", address)
  if (member.length > 0) return 'in'
  const html = await response.text()
  const said = Object.entries(WORDS).find(([, words]) => html.includes(words))
  return said?.[0] ?? `${response.status}`
}

/** What distinguishes each policy's message. */
const WORDS = {
  domain_not_allowed: 'Addresses of elsewhere.test are not allowed',
  domain_blocked: 'are blocked here',
  free_mail_address: 'Addresses of free mail providers',
  disposable_address: 'Disposable addresses',
}

const PATHS: Record<string, Path> = {
  'the form': async ({ world, acme, admin, address }, policies) => {
    await switchOn(acme, policies)
    return told(await send(world, admin, address))
  },
  'the API': async ({ world, acme, address }, policies) => {
    await switchOn(acme, policies)
    const key = await addApiKey(acme)
    const input = sendInput(address)
    return told((await withKey(world, key, (ctx) => sendInvitations(ctx, input))).outcomes)
  },
  'the form, over an expired invitation': async ({ world, acme, admin, address }, policies) => {
    await send(world, admin, address)
    world.clock.now += 8 * DAY
    await switchOn(acme, policies)
    return told(await send(world, admin, address))
  },
  'another role for an invitation that is out': async ({ world, acme, admin, address }, policies) => {
    await send(world, admin, address)
    await switchOn(acme, policies)
    const input = { id: await idOf(address), edits: { role: { to: 'viewer' } }, change: freshChange() }
    const edited = as(world, admin, (ctx) => editInvitation(ctx, input))
    const refused = await edited.then(
      () => null,
      () => refusalOf(edited),
    )
    return refused?.code === 'policy_denied' ? refused.denial.code : (refused?.code ?? 'done')
  },
  'a resend': async ({ world, acme, admin, address }, policies) => {
    await send(world, admin, address)
    await switchOn(acme, policies)
    return told(await resend(world, admin, [await idOf(address)]))
  },
  'a resend over the API': async ({ world, acme, admin, address }, policies) => {
    await send(world, admin, address)
    await switchOn(acme, policies)
    const input = { ids: [await idOf(address)], change: freshChange() }
    return told(await withKey(world, await addApiKey(acme), (ctx) => resendInvitations(ctx, input)))
  },
  'a resend of all that failed': async ({ world, acme, admin, address }, policies) => {
    await send(world, admin, address)
    await settleMail(address, { state: 'failed', reason: 'Refused' })
    await switchOn(acme, policies)
    const input = { ids: [await idOf(address)], change: freshChange(), only: 'failed' } as const
    return told(await as(world, admin, (ctx) => resendInvitations(ctx, input)))
  },
  'an approval': async ({ world, acme, admin, owner, address }, policies) => {
    await switchOn(acme, { approvalRoles: ['member'] })
    await send(world, admin, address)
    await switchOn(acme, policies)
    const input = { ids: [await idOf(address)], change: freshChange() }
    return told(await as(world, owner, (ctx) => approveInvitations(ctx, input)))
  },
  'an import': async ({ world, acme, owner, address }, policies) => {
    await addDirectory(world, acme, owner)
    const jane = listed('Jane Roe', { address })
    world.staff.google.people = [jane]
    await switchOn(acme, policies)
    const result = await importAs(world, owner, [jane.id])
    return result.kind === 'done' ? told(result.outcomes) : result.kind
  },
  'a link, with a new account': async ({ world, acme, admin, address }, policies) => {
    const mail = await inviteAndMail(world, admin, address)
    await switchOn(acme, policies)
    return entered(await acceptAsNew(world, tokenIn(mail)), address)
  },
  'a link, by signing in': async ({ world, acme, admin, address }, policies) => {
    await addAccount('Jane Roe', address)
    const mail = await inviteAndMail(world, admin, address)
    await switchOn(acme, policies)
    return entered(await accept(world, signingIn(tokenIn(mail))), address)
  },
  'a link, as who is signed in': async ({ world, acme, admin, address }, policies) => {
    const { cookie } = await addAccount('Jane Roe', address)
    const mail = await inviteAndMail(world, admin, address)
    await switchOn(acme, policies)
    return entered(await accept(world, joining(tokenIn(mail)), { cookie }), address)
  },
  'a link, through an identity provider': async ({ world, acme, admin, address }, policies) => {
    await connect(world, acme)
    const token = tokenIn(await inviteAndMail(world, admin, address))
    await switchOn(acme, policies)
    world.idp.person = { sub: 'jane', email: address, email_verified: true, name: 'Jane Roe' }
    const { cookies } = await roundTrip(world, `/accept-invitation/sso?token=${token}`)
    const form = { token, way: 'sso', by: 'sso', change: freshChange(), firstName: 'Jane', lastName: 'Roe' }
    return entered(await accept(world, form, { cookies }), address)
  },
  'single sign-on, just in time': async ({ world, acme, address }, policies) => {
    await connect(world, acme)
    await addDomain(acme, address.split('@')[1] ?? '')
    await switchOn(acme, policies)
    world.idp.person = { sub: 'jane', email: address, email_verified: true, name: 'Jane Roe' }
    return entered((await signInBySso(world)).response, address)
  },
}

const setUp = async (address: string): Promise<Setting> => {
  const world = createWorld()
  return { world, address, ...(await addCast({ just_in_time: 1 })) }
}

const DONE = ['invited', 'done', 'imported', 'in']

describe.each(Object.entries(PATHS))('by %s', (name, path) => {
  test.each<[keyof typeof WORDS, PolicySettings, string]>([
    ['domain_not_allowed', { allowedDomains: ['acme.test'] }, 'jane@elsewhere.test'],
    ['domain_blocked', { blockedDomains: ['*.rival.test'] }, 'jane@mail.rival.test'],
    ['free_mail_address', { noFreeMail: true }, 'jane@gmail.com'],
    ['disposable_address', { noDisposable: true }, 'jane@mailinator.com'],
  ])('nobody comes past %s', async (code, policies, address) => {
    expect(await path(await setUp(address), policies)).toBe(code)
  })

  test('whoever no policy is about goes on', async () => {
    const policies = {
      allowedDomains: ['acme.test'],
      blockedDomains: ['rival.test'],
      noFreeMail: true,
      noDisposable: true,
    } as const
    expect(DONE).toContain(await path(await setUp('jane@acme.test'), policies))
  })

  const refusesAtNight = /form|API|resend|approval/.test(name)
  test(`at night working hours that refuse ${refusesAtNight ? 'refuse' : 'let it through, since no mail leaves'}`, async () => {
    const hours: WorkingHours = { days: [3], from: 0, to: 60, outside: 'refuse' }
    const became = await path(await setUp('jane@acme.test'), { workingHours: hours })
    if (refusesAtNight) expect(became).toBe('outside_working_hours')
    else expect(DONE).toContain(became)
  })
})

describe('a role that needs approval', () => {
  const APPROVAL: PolicySettings = { approvalRoles: ['member'] }
  const ADDRESS = 'jane@acme.test'

  test.each([
    ['the form', 'invited'],
    ['the API', 'invited'],
    ['the form, over an expired invitation', 'invited'],
  ])('is asked about by %s', async (name, kind) => {
    expect(await PATHS[name]?.(await setUp(ADDRESS), APPROVAL)).toBe(kind)
    expect(await rows("select status from invitation where address = 'jane@acme.test'")).toEqual([
      { status: 'awaiting_approval' },
    ])
  })

  test.each([
    ['a resend', 'approval_required'],
    ['a resend over the API', 'approval_required'],
    ['a resend of all that failed', 'approval_required'],
    ['an import', 'approval_required'],
  ])('is not given by %s, where nobody can be asked', async (name, code) => {
    expect(await PATHS[name]?.(await setUp(ADDRESS), APPROVAL)).toBe(code)
  })

  test.each([
    'an approval',
    'a link, with a new account',
    'a link, by signing in',
    'a link, as who is signed in',
  ])('was given before by %s', async (name) => {
    expect(DONE).toContain(await PATHS[name]?.(await setUp(ADDRESS), APPROVAL))
  })

  test('is told an edit that would give it', async () => {
    const policies = { approvalRoles: ['viewer'] }
    const name = 'another role for an invitation that is out'
    expect(await PATHS[name]?.(await setUp(ADDRESS), policies)).toBe('approval_needed')
  })
})

test('revoking is refused by no built-in policy, at any hour', async () => {
  const { world, acme, admin, address } = await setUp('jane@gmail.com')
  await send(world, admin, address)
  await switchOn(acme, {
    allowedDomains: ['acme.test'],
    blockedDomains: ['gmail.com'],
    noFreeMail: true,
    noDisposable: true,
    approvalRoles: ['member'],
    workingHours: { days: [3], from: 0, to: 60, outside: 'refuse' },
  })
  expect(told(await revoke(world, admin, [await idOf(address)]))).toBe('done')
})

test('who is a member already stays one, whatever the policies say since', async () => {
  const { world, acme } = await setUp('jane@gmail.com')
  const jane = await addMember(acme, await addAccount('Jane Roe', 'jane@gmail.com'), 'member')
  await switchOn(acme, { noFreeMail: true, allowedDomains: ['acme.test'] })
  expect((await world.fetch('/o/acme', { cookie: jane.cookie })).status).toBe(200)
})
