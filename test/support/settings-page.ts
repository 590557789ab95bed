import type { Person } from './cast'
import { freshChange } from './cast'
import { elements, texts } from './html'
import type { Visit, World } from './world'

type Fields = Record<string, string>

/** The fields of a form as a browser would post them untouched. */
export const fieldsOf = async (html: string, action: string): Promise<Fields> => {
  const inside = `form[action="${action}"]`
  const fields: Fields = {}
  for (const { attributes } of await elements(html, `${inside} input`)) {
    const { name, type, value = '' } = attributes
    if (name && (!['radio', 'checkbox'].includes(type ?? '') || 'checked' in attributes)) fields[name] = value
  }
  // Of a select the chosen option, else the first; only the names are found apart from their options.
  for (const { attributes } of await elements(html, `${inside} select`)) {
    const name = attributes.name ?? ''
    const options = await elements(html, `${inside} select[name="${name}"] option`)
    const chosen = options.find((option) => 'selected' in option.attributes) ?? options[0]
    fields[name] = chosen?.attributes.value ?? ''
  }
  return fields
}

/** Opens a page of the settings, changes some of its fields and presses Save. */
export const save = async (
  world: World,
  who: Person,
  page: 'settings' | 'settings/invitations' | 'settings/email',
  changes: Fields,
  visit: Omit<Visit, 'form'> = {},
  slug = 'acme',
): Promise<Response> => {
  const path = `/o/${slug}/${page}`
  const html = await (await world.fetch(path, { cookie: who.cookie })).text()
  const form = { ...(await fieldsOf(html, path)), change: freshChange(), ...changes }
  return world.fetch(path, { cookie: who.cookie, ...visit, form })
}

/** What stands beside the fields of a page that was refused. */
export const errorsOn = (html: string): Promise<string[]> => texts(html, '.error')
