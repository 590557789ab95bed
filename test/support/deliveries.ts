import { v7 as uuid } from 'uuid'
import { idOf } from './acting'
import type { Company } from './cast'
import { rows, run, START } from './world'

type Columns = Record<string, string | number | null>

/** Gives the newest mail of an address's invitation other columns, as its provider's answers and reports do. */
export const settleMail = async (address: string, columns: Columns): Promise<void> => {
  await run(
    `update delivery set ${Object.keys(columns)
      .map((column) => `${column} = ?`)
      .join()} where subject_id = ? and generation = (select generation from invitation where id = subject_id)`,
    ...Object.values(columns),
    await idOf(address),
  )
}

/** A delivery of a company's by itself, of a kind that nothing here sends. */
export const addDelivery = async (company: Company, columns: Columns): Promise<string> => {
  const row: Columns = {
    id: uuid(),
    organization_id: company.id,
    kind: 'organization_deletion',
    subject_id: uuid(),
    generation: 1,
    address: 'somebody@example.com',
    content: '{}',
    state: 'sent',
    due_at: START,
    created_at: START,
    ...columns,
  }
  const names = Object.keys(row)
  await run(`insert into delivery (${names}) values (${names.map(() => '?')})`, ...Object.values(row))
  return String(row.id)
}

export const deliveryOf = async (address: string) =>
  (await rows('select * from delivery where subject_id = ? order by generation desc', await idOf(address)))[0]
