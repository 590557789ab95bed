import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { AsyncLocalStorage } from 'node:async_hooks'
import { beforeAll, beforeEach } from 'vitest'
import { emptyStorage, tableNames } from './storage'

// Called by vitest once a mocked module is made; the Workers runtime has no such method and needs none.
AsyncLocalStorage.prototype.disable = () => {}

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
  // Before a file makes a table of its own, which goes with it.
  await tableNames()
})

// Every test starts from empty storage.
beforeEach(emptyStorage)
