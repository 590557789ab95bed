import { MANAGERS, type Rows } from './row'

export const auditLog: Rows = {
  'GET /o/:slug/audit-log': { may: MANAGERS, status: 200 },
  'GET /o/:slug/audit-log.csv': { may: MANAGERS, status: 200 },
}
