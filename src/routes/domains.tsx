import { Hono } from 'hono'
import { Part } from '../../views/console'
import { Toast } from '../../views/parts'
import {
  DomainList,
  DomainsPage,
  type DomainsProps,
  RemoveDomainForm,
  RemoveDomainPage,
  type RemoveDomainProps,
} from '../../views/settings/domains'
import { paths } from '../paths'
import { type FieldErrors, Refused } from '../rules/refusals'
import { addDomain, listDomains, proveDomain, removeDomain, showDomain } from '../usecases/domains'
import { answerDone } from './done'
import { noticeOf } from './notices'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm, wantsPartial } from './request'

const listProps = async (c: Request, checked: DomainsProps['checked'] = null) => ({
  slug: c.var.org.organization.slug,
  domains: await listDomains(c.var.org),
  uses: c.var.org.organization,
  checked,
  change: mintChange(),
})

type Shown = { checked?: DomainsProps['checked']; typed?: string; errors?: FieldErrors }

const page = async (c: Request, { checked = null, typed = '', errors = {} }: Shown = {}) => {
  const props: DomainsProps = {
    ...(await listProps(c, checked)),
    place: placeOfRequest(c),
    notice: noticeOf(c.req.query()),
    typed,
    errors,
  }
  return c.html(<DomainsPage {...props} />, Object.keys(errors).length > 0 ? 422 : 200)
}

const part = async (c: Request, checked: DomainsProps['checked'] = null) =>
  c.html(
    <Part place={placeOfRequest(c)}>
      <DomainList {...(await listProps(c, checked))} />
      {checked?.check.kind === 'proven' && (
        <hx-partial hx-target="#toasts" hx-swap="beforeend">
          <Toast notice={{ words: `${checked.domain} is proven`, variant: 'success' }} />
        </hx-partial>
      )}
    </Part>,
  )

/** The mail domains that an organization says are its own. */
export const domains = new Hono<AppEnv>()
  .get('/settings/domains', (c) => (wantsPartial(c) ? part(c) : page(c)))
  .post('/settings/domains', async (c) => {
    const form = await readForm(c)
    const typed = form.text('domain')
    try {
      await addDomain(c.var.org, { domain: typed, change: form.text('change') || mintChange() })
    } catch (error) {
      if (!(error instanceof Refused) || error.refusal.code !== 'invalid_input') throw error
      return page(c, { typed, errors: error.refusal.fields })
    }
    return c.redirect(paths.domains(c.var.org.organization.slug, { notice: 'domain-added' }), 303)
  })
  .post('/settings/domains/prove', async (c) => {
    const form = await readForm(c)
    const domain = form.text('domain')
    const check = await proveDomain(c.var.org, { domain, change: form.text('change') || mintChange() })
    if (wantsPartial(c)) return part(c, { domain, check })
    if (check.kind !== 'proven') return page(c, { checked: { domain, check } })
    return c.redirect(paths.domains(c.var.org.organization.slug, { notice: 'domain-proven' }), 303)
  })
  .get('/settings/domains/remove', async (c) => {
    const props: RemoveDomainProps = {
      slug: c.var.org.organization.slug,
      inDialog: wantsPartial(c),
      row: await showDomain(c.var.org, c.req.query('domain') ?? ''),
      uses: c.var.org.organization,
      change: mintChange(),
    }
    return props.inDialog
      ? c.html(<RemoveDomainForm {...props} />)
      : c.html(<RemoveDomainPage {...props} place={placeOfRequest(c)} />)
  })
  .post('/settings/domains/remove', async (c) => {
    const form = await readForm(c)
    const change = form.text('change') || mintChange()
    await removeDomain(c.var.org, { domain: form.text('domain'), change })
    return answerDone(c, 'domain-removed', paths.domains(c.var.org.organization.slug))
  })
