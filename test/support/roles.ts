import { v7 as uuid } from 'uuid'
import { type Permission, permissionsAmong } from '../../src/rules/permissions'
import { addAccount, addMember, type Company, type Person } from './cast'
import { rows, run, START } from './world'

/** A role of a company's own; every role holds `organization:read`. Answers its id. */
export const addRole = async (
  company: Company,
  name: string,
  permissions: readonly Permission[] = [],
): Promise<string> => {
  const id = uuid()
  await run(
    'insert into role (id, organization_id, name, permissions, created_at) values (?, ?, ?, ?, ?)',
    id,
    company.id,
    name,
    JSON.stringify(permissionsAmong(['organization:read', ...permissions])),
    START,
  )
  return id
}

/** An active member with a role that has these permissions and is called as they are. */
export const addHolder = async (
  company: Company,
  name: string,
  permissions: readonly Permission[],
): Promise<Person> =>
  addMember(
    company,
    await addAccount(name, `${name.toLowerCase().replaceAll(' ', '.')}@holders.test`),
    await addRole(company, `Role of ${name}`, permissions),
  )

export type RoleRow = { id: string; name: string; description: string; permissions: string }

/** An organization's own roles, by name. */
export const rolesOf = (company: Company): Promise<RoleRow[]> =>
  rows<RoleRow>(
    'select id, name, description, permissions from role where organization_id = ? order by name',
    company.id,
  )
