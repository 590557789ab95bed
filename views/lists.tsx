import type { Child, FC } from 'hono/jsx'

// What lists of rows share: links that replace the list in place, heads to sort by, pages, counts and filters.

/** Replaces the list `id` in place where there is htmx; an ordinary link, or form, where there is none. */
export const swapInto = (id: string, href: string) => ({
  'hx-get': href,
  'hx-target': `#${id}`,
  'hx-push-url': 'true',
  'hx-sync': `#${id}:replace`,
})

type LinkProps = {
  list: string
  href: string
  class?: string
  rel?: string
  current?: 'page' | 'true' | undefined
  children?: Child
}

/** A link to another state of a list. */
export const ListLink: FC<LinkProps> = ({ list, href, class: className, rel, current, children }) => (
  <a href={href} {...swapInto(list, href)} class={className} rel={rel} aria-current={current}>
    {children}
  </a>
)

type Sorted = 'ascending' | 'descending' | undefined

export const sortedAs = (column: string, sort: { column: string; descending: boolean }): Sorted => {
  if (column !== sort.column) return undefined
  return sort.descending ? 'descending' : 'ascending'
}

/** One page and the next, where there are some. */
export const Pages: FC<{ list: string; previous: string | null; next: string | null }> = ({
  list,
  previous,
  next,
}) =>
  previous || next ? (
    <nav class="pages" aria-label="Pages">
      {previous && (
        <ListLink list={list} href={previous} class="button outline small" rel="prev">
          Previous
        </ListLink>
      )}
      {next && (
        <ListLink list={list} href={next} class="button outline small" rel="next">
          Next
        </ListLink>
      )}
    </nav>
  ) : null

/** How many, as far as it was counted. */
export const Count: FC<{ count: number; limit: number }> = ({ count, limit }) => (
  <span class="count">{count >= limit ? `${limit - 1}+` : count}</span>
)

type SelectProps = {
  name: string
  label: string
  all: string
  choices: readonly { value: string; words: string }[]
  chosen: string
  /** What a choice is called that is not there to choose any more; it stays in sight. */
  gone?: string
}

export const FilterSelect: FC<SelectProps> = ({ name, label, all, choices, chosen, gone }) => (
  <label>
    {label}
    <select name={name} id={`filter-${name}`} autocomplete="off">
      <option value="">{all}</option>
      {choices.map(({ value, words }) => (
        <option value={value} selected={value === chosen}>
          {words}
        </option>
      ))}
      {chosen && !choices.some(({ value }) => value === chosen) && (
        <option value={chosen} selected>
          {gone ?? chosen}
        </option>
      )}
    </select>
  </label>
)
