import type { Context } from '../context'
import type { MailReport } from '../rules/mail-events'
import { sha256 } from '../rules/tokens'
import { commitReports, type Reported, type ReportFact, type Source } from '../storage/mail-events'
import { newId } from './changes'

/** What says that it is this report, whoever's keys are in use by the time it is told again. */
const changeOf = (source: Source, { event, nonce, state, mail }: MailReport): string =>
  sha256(
    JSON.stringify(
      nonce ? ['mail-event', source.name, nonce] : ['mail-event', source.name, event, state, mail],
    ),
  )

/** Reports in one batch: each of its statements carries them all, and a provider may post thousands at once. */
const AT_ONCE = 300

/**
 * Takes what a provider has proven to report of mails, once each however often it is told. Answers what is reported of
 * mails that are not there, or not known by that name yet.
 */
export const takeReports = async (
  ctx: Context,
  source: Source,
  reports: readonly MailReport[],
): Promise<MailReport[]> => {
  const byChange = new Map<string, Reported>()
  for (const report of reports) {
    const changeId = changeOf(source, report)
    if (!byChange.has(changeId)) byChange.set(changeId, { event: newId(), changeId, pause: newId(), report })
  }
  const { now, settings } = ctx
  const terms = { now, pauseAt: settings.pauseAt }
  const reported = [...byChange.values()]
  const facts: ReportFact[] = []
  for (let at = 0; at < reported.length; at += AT_ONCE)
    facts.push(...(await commitReports(ctx.db, source, reported.slice(at, at + AT_ONCE), terms)))
  return facts.flatMap(({ changeId, known }) => (known ? [] : (byChange.get(changeId)?.report ?? [])))
}
