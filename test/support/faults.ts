import { onTestFinished, vi } from 'vitest'
import { replacing } from './holding'
import type { World } from './world'

/**
 * Breaks the world's database: the `nth` batch from now on, or `times` from it on, are lost before they are committed,
 * or their answers after they were.
 */
export const breakBatch = (
  world: World,
  nth: number,
  lost: 'batch' | 'answer' = 'batch',
  times = 1,
): void => {
  const { DB } = world.env
  let seen = 0
  const batch: D1Database['batch'] = async <T>(statements: D1PreparedStatement[]) => {
    seen++
    const breaks = seen >= nth && seen < nth + times
    if (breaks && lost === 'batch') throw new Error('D1_ERROR: Network connection lost')
    const results = await DB.batch<T>(statements)
    if (breaks) throw new Error('D1_ERROR: Network connection lost')
    return results
  }
  world.env.DB = replacing(DB, { batch })
}

/** A queue that takes nothing until it is mended. */
export const breakQueue = (world: World): (() => void) => {
  const { MAIL } = world.env
  const refuse = () => Promise.reject(new Error('Queue is overloaded'))
  world.env.MAIL = { ...MAIL, send: refuse, sendBatch: refuse }
  return () => {
    world.env.MAIL = MAIL
  }
}

/** Keeps what is logged out of the test's output, and hands it over. */
export const logged = (): string[] => {
  const lines: string[] = []
  for (const level of ['log', 'error'] as const) {
    const spy = vi.spyOn(console, level).mockImplementation((line) => void lines.push(String(line)))
    onTestFinished(() => spy.mockRestore())
  }
  return lines
}
