import { beforeEach, expect, test } from 'vitest'
import { BUILT_IN_ROLES } from '../../src/rules/permissions'
import { addCast, addTeam, type Cast } from '../support/cast'
import { addInvitations } from '../support/invitations'
import { rows, run, START } from '../support/world'

let cast: Cast
beforeEach(async () => {
  cast = await addCast()
})

const member = async () => {
  const [row] = await rows(
    'select name, last_name, address, role_name, team_names, domain, inviter_order from member where user_id = ?',
    cast.member.id,
  )
  return row
}
const invitation = async () => (await rows('select role_name, team_names from invitation'))[0]

const addRole = async (id: string, name: string) =>
  run(
    'insert into role (id, organization_id, name, permissions, created_at) values (?, ?, ?, ?, ?)',
    id,
    cast.acme.id,
    name,
    '["organization:read"]',
    START,
  )

test('a member shows the account’s name and address, and follows them', async () => {
  expect(await member()).toMatchObject({
    name: 'Max Member',
    last_name: '',
    address: 'max.member@acme.test',
    domain: 'acme.test',
    inviter_order: '',
  })
  await run(
    "update user set name = 'Max Moritz', last_name = 'Moritz', address = 'max@moritz.test' where id = ?",
    cast.member.id,
  )
  expect(await member()).toMatchObject({
    name: 'Max Moritz',
    last_name: 'Moritz',
    address: 'max@moritz.test',
    domain: 'moritz.test',
  })
})

test('every built-in role is called in the database what the rules call it', async () => {
  await addInvitations(cast.acme.id, 1, () => ({}))
  for (const { key, name } of BUILT_IN_ROLES) {
    await run('update member set role = ? where user_id = ?', key, cast.member.id)
    await run('update invitation set role = ?', key)
    expect((await member())?.role_name).toBe(name)
    expect((await invitation())?.role_name).toBe(name)
  }
})

test('members and invitations show the name of a role of the organization’s own, and follow it', async () => {
  await addRole('r1', 'Auditor')
  await addInvitations(cast.acme.id, 1, () => ({ role: 'r1' }))
  await run("update member set role = 'r1' where user_id = ?", cast.member.id)
  expect([(await member())?.role_name, (await invitation())?.role_name]).toEqual(['Auditor', 'Auditor'])
  await run("update role set name = 'Inspector' where id = 'r1'")
  expect([(await member())?.role_name, (await invitation())?.role_name]).toEqual(['Inspector', 'Inspector'])
})

test('members and invitations show their teams by name in order, and follow new names and partings', async () => {
  const [choir, band] = [await addTeam(cast.acme, 'choir'), await addTeam(cast.acme, 'Band')]
  await addInvitations(cast.acme.id, 1, () => ({}))
  for (const team of [choir, band]) {
    await run('insert into member_team values (?, ?, ?)', cast.acme.id, cast.member.id, team)
    await run('insert into invitation_team select id, ? from invitation', team)
  }
  const shown = async () => [(await member())?.team_names, (await invitation())?.team_names]
  expect(await shown()).toEqual(['Band, choir', 'Band, choir'])
  await run("update team set name = 'Orchestra' where id = ?", band)
  expect(await shown()).toEqual(['choir, Orchestra', 'choir, Orchestra'])
  await run('delete from member_team where team_id = ?', choir)
  await run('delete from invitation_team where team_id = ?', choir)
  expect(await shown()).toEqual(['Orchestra', 'Orchestra'])
  await run('delete from member_team')
  await run('delete from invitation_team')
  expect(await shown()).toEqual(['', ''])
})
