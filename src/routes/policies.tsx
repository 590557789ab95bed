import { Hono } from 'hono'
import * as z from 'zod'
import { PoliciesPage } from '../../views/settings/policies'
import { paths } from '../paths'
import { POLICY_KEYS, type PolicySettings } from '../rules/policies'
import { type PolicyForm, policyForm } from '../rules/policy-settings'
import { type FieldErrors, Refused } from '../rules/refusals'
import { changePolicies, showPolicies } from '../usecases/policies'
import { noticeOf } from './notices'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm } from './request'

type Shown = { form?: PolicyForm; before?: PolicySettings; errors?: FieldErrors }

const page = (c: Request, { form, before, errors = {} }: Shown = {}) => {
  const { settings, roles, own } = showPolicies(c.var.org)
  const { timeZone } = c.var.org.organization
  return c.html(
    <PoliciesPage
      place={placeOfRequest(c)}
      notice={noticeOf(c.req.query())}
      form={form ?? policyForm(settings)}
      roles={roles}
      own={own}
      shown={JSON.stringify(before ?? settings)}
      timeZone={timeZone}
      errors={errors}
      change={mintChange()}
    />,
    form ? 422 : 200,
  )
}

const texts = z.array(z.string()).optional()
const SHOWN = z.object({
  allowedDomains: texts,
  blockedDomains: texts,
  noFreeMail: z.literal(true).optional(),
  noDisposable: z.literal(true).optional(),
  approvalRoles: texts,
  workingHours: z
    .object({
      days: z.array(z.number()),
      from: z.number(),
      to: z.number(),
      outside: z.enum(['hold', 'refuse']),
    })
    .optional(),
})

/** What the form says it showed; what is stored now where it says nothing that could be read. */
const readShown = (text: string, now: PolicySettings): PolicySettings => {
  try {
    const shown = SHOWN.parse(JSON.parse(text))
    return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined))
  } catch {
    return now
  }
}

const readPosted = ({ text, all }: Awaited<ReturnType<typeof readForm>>): PolicyForm => ({
  on: POLICY_KEYS.filter((key) => all('on').includes(key)),
  allowedDomains: text('allowedDomains'),
  blockedDomains: text('blockedDomains'),
  approvalRoles: all('approvalRoles'),
  days: all('days'),
  from: text('from'),
  to: text('to'),
  outside: text('outside'),
})

/** The built-in policies, and which of the deployment's own there are. */
export const policies = new Hono<AppEnv>()
  .get('/settings/policies', (c) => page(c))
  .post('/settings/policies', async (c) => {
    const form = await readForm(c)
    const posted = readPosted(form)
    const { organization } = c.var.org
    const shown = readShown(form.text('shown'), organization.policies)
    try {
      const change = form.text('change') || mintChange()
      const outcome = await changePolicies(c.var.org, { posted, shown, change })
      if (outcome.kind === 'meanwhile')
        return page(c, { form: posted, before: outcome.policies, errors: outcome.errors })
      return c.redirect(paths.policySettings(organization.slug, { notice: `settings-${outcome.kind}` }), 303)
    } catch (error) {
      if (!(error instanceof Refused) || error.refusal.code !== 'invalid_input') throw error
      return page(c, { form: posted, before: shown, errors: error.refusal.fields })
    }
  })
