import { Hono } from 'hono'
import type { Ticked } from '../../views/invitations/directory-people'
import { ImportForm, type ImportFormProps, ImportPage } from '../../views/invitations/import'
import { Toast } from '../../views/parts'
import { MAX_IMPORT } from '../rules/directory'
import { type ImportOutcome, importedWords, mayTryAgain, type NotImported } from '../rules/importing'
import { can } from '../rules/permissions'
import { type FieldErrors, Refused, wordsFor } from '../rules/refusals'
import { importPeople, searchDirectory } from '../usecases/importing'
import { suggestForSending } from '../usecases/invitations'
import { MAX_DEPARTMENT } from '../usecases/sending'
import { backTo, openerOf } from './back'
import { answerToasts } from './done'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm, wantsPartial } from './request'
import { NO_TERMS, offeredTerms, readTerms } from './terms'

type Values = ImportFormProps['values']
type Shown = {
  values: Values
  /** What is to be listed. */
  search: { query: string; page: string }
  errors?: FieldErrors
  failures?: NotImported[]
  done?: string | null
  /** Where the directory was asked in vain already. */
  found?: Exclude<ImportFormProps['found'], { kind: 'people' }>
}

const LONGEST_QUERY = 100

const formProps = async (c: Request, shown: Shown): Promise<ImportFormProps> => {
  const { organization, actor, settings } = c.var.org
  const { values, search, errors = {}, failures = [], done = null } = shown
  // Where it was asked in vain just now it is not asked again.
  const { suggestions, found } = shown.found
    ? { suggestions: await suggestForSending(c.var.org), found: shown.found }
    : await searchDirectory(c.var.org, { query: search.query, page: search.page || null })
  const { role, ...offered } = offeredTerms(c.var.org, values)
  return {
    slug: organization.slug,
    inDialog: wantsPartial(c),
    found,
    shown: search,
    ...offered,
    ...suggestions,
    values: { ...values, role },
    errors,
    failures,
    done,
    limits: { department: MAX_DEPARTMENT, people: MAX_IMPORT },
    mayConnect: can(actor.role, 'settings:manage'),
    upgradeUrl: settings.seats.upgradeUrl,
    back: backTo(c, openerOf(values.from)),
    change: mintChange(),
  }
}

const render = async (c: Request, shown: Shown, status: 200 | 403 | 422 | 503 = 200) => {
  const props = await formProps(c, shown)
  return props.inDialog
    ? c.html(<ImportForm {...props} />, status)
    : c.html(<ImportPage {...props} place={placeOfRequest(c)} notice={null} />, status)
}

/** Everybody was imported: the dialog closes and the list refreshes, or the page the form was opened from says so. */
const allImported = (c: Request, n: number, from: string) => {
  if (!wantsPartial(c)) return c.redirect(backTo(c, openerOf(from), { notice: 'imported', n }), 303)
  return answerToasts(c, <Toast notice={{ words: importedWords(n), variant: 'success' }} />)
}

/** `id label` of a ticked box; what is posted twice counts once. */
const tickedIn = (values: readonly string[]): Ticked[] => {
  const people = values.map((value): [string, string] => {
    const space = value.indexOf(' ')
    return space < 0 ? [value, ''] : [value.slice(0, space), value.slice(space + 1)]
  })
  return [...new Map(people.filter(([id]) => id !== ''))].map(([id, label]) => ({ id, label }))
}

const isFailure = (outcome: ImportOutcome): outcome is NotImported => outcome.kind !== 'imported'

export const importing = new Hono<AppEnv>()
  .get('/invitations/import', (c) =>
    render(c, {
      values: { ...NO_TERMS, query: '', people: [], from: openerOf(c.req.query('from')) },
      search: { query: '', page: '' },
    }),
  )
  .post('/invitations/import', async (c) => {
    const form = await readForm(c)
    const values: Values = {
      ...readTerms(c.var.org.organization, form),
      query: form.text('query').slice(0, LONGEST_QUERY).trim(),
      people: tickedIn(form.all('person')),
      from: openerOf(form.text('from')),
    }
    const here = { query: form.text('shown').slice(0, LONGEST_QUERY), page: form.text('shown_page') }
    if (form.text('page')) return render(c, { values, search: { ...here, page: form.text('page') } })
    if (form.text('do') === 'first') return render(c, { values, search: { ...here, page: '' } })
    if (form.text('do') !== 'import') return render(c, { values, search: { query: values.query, page: '' } })
    try {
      const imported = await importPeople(c.var.org, {
        ...values,
        people: values.people.map(({ id }) => id),
        change: form.text('change') || mintChange(),
      })
      if (imported.kind !== 'done')
        return render(c, { values, search: here, found: imported }, imported.kind === 'problem' ? 503 : 422)
      const failures = imported.outcomes.filter(isFailure)
      const n = imported.outcomes.length - failures.length
      if (failures.length === 0) return allImported(c, n, values.from)
      if (n > 0) c.header('HX-Trigger', 'list-changed')
      const left = new Set(failures.filter(mayTryAgain).map(({ id }) => id))
      const people = values.people.filter(({ id }) => left.has(id))
      return render(
        c,
        {
          values: { ...values, people },
          search: here,
          failures,
          done: n > 0 ? importedWords(n) : null,
        },
        n > 0 ? 200 : 422,
      )
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const { refusal } = error
      if (refusal.code === 'invalid_input')
        return render(c, { values, search: here, errors: refusal.fields }, 422)
      if (refusal.code === 'role_not_grantable')
        return render(c, { values, search: here, errors: { role: wordsFor(refusal).detail } }, 403)
      throw error
    }
  })
