import type { Context } from '../context'
import { digestPlan, nextDigest } from '../rules/digests'
import { planDigests, queueDigests, readDueDigests, readUnplannedDigests } from '../storage/digests'
import { MOST_TOLD } from '../storage/notices'
import { newId } from './changes'
import { enqueue, mailTerms } from './deliveries'

/** Organizations in one batch, and batches in one run. */
const CHUNK = 20
const MAX_CHUNKS = 25

/** Mails the digests that are due; safe to run twice at once. Answers how many mails. */
export const sendDigests = async (ctx: Context): Promise<number> => {
  let sent = 0
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
    const due = await readDueDigests(ctx.db, ctx.now, CHUNK)
    if (due.length === 0) break
    const digests = due.map((digest) => ({
      ...digest,
      ...digestPlan(digest.digestAt, ctx.now, digest.timeZone),
      deliveries: Array.from({ length: MOST_TOLD }, newId),
    }))
    const deliveries = await queueDigests(ctx.db, digests, ctx.now, mailTerms(ctx))
    await enqueue(ctx, deliveries)
    sent += deliveries.length
    if (due.length < CHUNK) break
  }
  return sent
}

const PLANNED_AT_ONCE = 500

/** Sets when the first digest comes where one is wanted since lately. Answers how many. */
export const planNewDigests = async (ctx: Context): Promise<number> => {
  const unplanned = await readUnplannedDigests(ctx.db, PLANNED_AT_ONCE)
  if (unplanned.length === 0) return 0
  await planDigests(
    ctx.db,
    unplanned.map(({ id, timeZone }) => ({ id, digestAt: nextDigest(ctx.now, timeZone) })),
  )
  return unplanned.length
}
