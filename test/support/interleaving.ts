import { env } from 'cloudflare:workers'
import { replacing } from './holding'

/** Every way in which the steps of two actions can follow each other: who takes each step, 0 or 1. */
export const merges = (first: number, second: number): number[][] => {
  if (first === 0) return [Array<number>(second).fill(1)]
  if (second === 0) return [Array<number>(first).fill(0)]
  return [
    ...merges(first - 1, second).map((rest) => [0, ...rest]),
    ...merges(first, second - 1).map((rest) => [1, ...rest]),
  ]
}

/**
 * Runs actions at once, each over a database of its own whose batches wait for their turn in `order`.
 * Whoever is done early leaves the rest of their turns.
 */
export const interleaved = <T>(
  order: readonly number[],
  actions: readonly ((db: D1Database) => Promise<T>)[],
): Promise<T[]> => {
  let turns = [...order]
  let waiting: (() => void)[] = []
  const wake = () => {
    const woken = waiting
    waiting = []
    for (const go of woken) go()
  }
  const run = async (action: (db: D1Database) => Promise<T>, who: number): Promise<T> => {
    const batch: D1Database['batch'] = async (statements) => {
      while (turns.length > 0 && turns[0] !== who) await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await env.DB.batch(statements)
      } finally {
        if (turns[0] === who) turns.shift()
        wake()
      }
    }
    try {
      return await action(replacing(env.DB, { batch }))
    } finally {
      turns = turns.filter((turn) => turn !== who)
      wake()
    }
  }
  return Promise.all(actions.map(run))
}
