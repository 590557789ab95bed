import { hasLink, MAX_NAME, type NameFields, tidyName } from './names'
import type { Problem, Problems } from './problems'

/** The names asked for by the organization's setting, tidied, or what is wrong with them. */
export const readNames = (
  fields: NameFields,
  input: { name: string; firstName: string; lastName: string },
) => {
  const errors: Problems = {}
  const asked = (field: 'name' | 'firstName' | 'lastName', missing: Problem): string => {
    const name = tidyName(input[field])
    if (!name) errors[field] = missing
    else if ([...name].length > MAX_NAME) errors[field] = 'name_too_long'
    else if (hasLink(name)) errors[field] = 'name_is_link'
    return name
  }
  if (fields === 'none') return { errors, name: '', firstName: null, lastName: null }
  if (fields === 'single')
    return { errors, name: asked('name', 'name_missing'), firstName: null, lastName: null }
  const firstName = asked('firstName', 'first_name_missing')
  const lastName = asked('lastName', 'last_name_missing')
  return { errors, name: `${firstName} ${lastName}`, firstName, lastName }
}
