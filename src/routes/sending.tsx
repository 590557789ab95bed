import { Hono } from 'hono'
import { ResentHere, SendForm, type SendFormProps, SendPage } from '../../views/invitations/send'
import { Toast } from '../../views/parts'
import type { OrganizationContext } from '../context'
import { canonicalAddress, MAX_ADDRESSES, parseAddresses } from '../rules/addresses'
import {
  awaitingAmong,
  type ChangeOutcome,
  heldAmong,
  heldWords,
  resentWords,
  type SendOutcome,
  sentWords,
  waitingAmong,
} from '../rules/outcomes'
import { type FieldErrors, Refused, wordsFor } from '../rules/refusals'
import { outsideWords } from '../rules/working-hours'
import { suggestForSending } from '../usecases/invitations'
import { MAX_DEPARTMENT, MAX_NOTE, sendInvitations } from '../usecases/sending'
import { backTo, openerOf } from './back'
import { answerToasts } from './done'
import { heldQuery } from './notices'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm, wantsPartial } from './request'
import { NO_TERMS, offeredTerms, readTerms } from './terms'

type Shown = {
  values: SendFormProps['values']
  errors?: FieldErrors
  failures?: SendFormProps['failures']
  suggestions?: Awaited<ReturnType<typeof suggestForSending>> | null
  sent?: string | null
}

const formProps = async (
  c: Request,
  { values, errors = {}, failures = [], suggestions = null, sent = null }: Shown,
): Promise<SendFormProps> => {
  const { organization, settings } = c.var.org
  const { role, ...offered } = offeredTerms(c.var.org, values)
  return {
    slug: organization.slug,
    inDialog: wantsPartial(c),
    ...offered,
    ...(suggestions ?? (await suggestForSending(c.var.org))),
    values: { ...values, role, language: values.language || organization.language },
    errors,
    failures,
    sent,
    limits: { addresses: MAX_ADDRESSES, note: MAX_NOTE, department: MAX_DEPARTMENT },
    outside: outsideWords(organization.policies.workingHours, organization.timeZone, c.var.org.now),
    upgradeUrl: settings.seats.upgradeUrl,
    back: backTo(c, openerOf(values.from)),
    change: mintChange(),
  }
}

const render = async (c: Request, shown: Shown, status: 200 | 403 | 422 = 200) => {
  const props = await formProps(c, shown)
  return props.inDialog
    ? c.html(<SendForm {...props} />, status)
    : c.html(<SendPage {...props} place={placeOfRequest(c)} notice={null} />, status)
}

/** What is said of those that were sent or resent. */
const toldOf = (
  c: Request,
  words: (n: number, waiting: number, awaiting: number) => string,
  outcomes: readonly (SendOutcome | ChangeOutcome)[],
): string => {
  const done = outcomes.filter(({ kind }) => kind === 'invited' || kind === 'done').length
  const awaiting = awaitingAmong(outcomes)
  const held = heldWords(done - awaiting, heldAmong(outcomes), c.var.org.organization.timeZone)
  return `${words(done, waitingAmong(outcomes), awaiting)}${held}`
}

/** Everybody was invited: the dialog closes and the list refreshes, or the page the form was opened from says so. */
const allSent = (c: Request, outcomes: readonly SendOutcome[], from: string) => {
  const [waiting, held, awaiting] = [waitingAmong(outcomes), heldAmong(outcomes), awaitingAmong(outcomes)]
  const told = { waiting: waiting || null, awaiting: awaiting || null, ...heldQuery(held) }
  if (!wantsPartial(c))
    return c.redirect(backTo(c, openerOf(from), { notice: 'sent', n: outcomes.length, ...told }), 303)
  return answerToasts(
    c,
    <Toast
      notice={{
        words: toldOf(c, sentWords, outcomes),
        variant: waiting + awaiting > 0 || held ? 'warning' : 'success',
      }}
    />,
  )
}

const readValues = (
  organization: OrganizationContext['organization'],
  form: Awaited<ReturnType<typeof readForm>>,
): SendFormProps['values'] => ({
  ...readTerms(organization, form),
  addresses: form.text('addresses'),
  note: form.text('note'),
  language: form.text('language'),
  from: openerOf(form.text('from')),
})

/** One of the form's addresses was resent to instead: in place where htmx asked, and the others stay in the box. */
export const withoutAddress = async (c: Request, typed: string, outcomes: readonly ChangeOutcome[]) => {
  const values = readValues(c.var.org.organization, await readForm(c))
  const address = canonicalAddress(typed)
  const rest = parseAddresses(values.addresses)
    .filter((parsed) => !parsed.ok || parsed.address !== address)
    .map((parsed) => parsed.typed)
    .join('\n')
  const words = toldOf(c, resentWords, outcomes)
  const waits = waitingAmong(outcomes) > 0 || heldAmong(outcomes) !== null
  if (!wantsPartial(c)) return render(c, { values: { ...values, addresses: rest }, sent: words })
  c.header('HX-Trigger', 'list-changed')
  return c.html(<ResentHere typed={typed} rest={rest} words={waits ? words : 'Resent'} />)
}

const isFailure = (outcome: SendOutcome): outcome is SendFormProps['failures'][number] =>
  outcome.kind !== 'invited'

export const sending = new Hono<AppEnv>()
  .get('/invitations/new', (c) =>
    render(c, {
      values: { ...NO_TERMS, addresses: '', note: '', language: '', from: openerOf(c.req.query('from')) },
    }),
  )
  .post('/invitations', async (c) => {
    const form = await readForm(c)
    const values = readValues(c.var.org.organization, form)
    try {
      const addresses = parseAddresses(values.addresses)
      const { outcomes, suggestions } = await sendInvitations(c.var.org, {
        ...values,
        addresses,
        change: form.text('change') || mintChange(),
      })
      const failures = outcomes.filter(isFailure)
      const sent = outcomes.length - failures.length
      if (failures.length === 0) return allSent(c, outcomes, values.from)
      if (sent > 0) c.header('HX-Trigger', 'list-changed')
      const rest = { ...values, addresses: failures.map((failure) => failure.typed).join('\n') }
      return render(
        c,
        { values: rest, failures, suggestions, sent: sent > 0 ? toldOf(c, sentWords, outcomes) : null },
        sent > 0 ? 200 : 422,
      )
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const { refusal } = error
      const { detail, remedy } = wordsFor(refusal)
      if (refusal.code === 'invalid_input') return render(c, { values, errors: refusal.fields }, 422)
      if (refusal.code === 'too_many_addresses')
        return render(c, { values, errors: { addresses: `${detail} ${remedy}` } }, 422)
      if (refusal.code === 'role_not_grantable') return render(c, { values, errors: { role: detail } }, 403)
      throw error
    }
  })
