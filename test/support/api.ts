import { expect } from 'vitest'
import type { Visit, World } from './world'

export type Answer = { status: number; headers: Headers; body: unknown }

/** Calls the API with a key; a path is one below /api/v1. */
export const calling =
  (world: World, key: string) =>
  async (path: string, { headers, ...visit }: Visit = {}): Promise<Answer> => {
    const response = await world.fetch(`/api/v1${path}`, {
      ...visit,
      headers: { Authorization: `Bearer ${key}`, ...headers },
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }

/** What every refusal of the API looks like, whatever it says. */
export const problem = (status: number, code: string) => ({
  status,
  type: `urn:usher:refusal:${code}`,
  code,
  title: expect.stringMatching(/\S/),
  detail: expect.stringMatching(/\S/),
  remedy: expect.stringMatching(/\S/),
})
