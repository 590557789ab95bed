import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { ACTION_GROUPS, ACTION_WORDS, type AuditFilter } from '../../src/rules/audit'

/** What the list's URL says; its links change one thing of it and keep the rest. */
export type LogAddress = { slug: string; filter: AuditFilter }

export const isFiltered = ({ filter }: LogAddress): boolean => Object.values(filter).some(Boolean)

/** Replaces the list in place where there is htmx; an ordinary link where there is none. */
export const swap = (href: string) => ({
  href,
  'hx-get': href,
  'hx-target': '#audit-log',
  'hx-push-url': 'true',
  'hx-sync': '#audit-log:replace',
})

type NameProps = { name: 'actor' | 'target'; label: string; value: string; search?: boolean }
const NameField: FC<NameProps> = ({ name, label, value, search = false }) => (
  <label>
    {label}
    <input
      type="text"
      name={name}
      value={value}
      placeholder="Begins with"
      maxlength={254}
      autocomplete="off"
      data-search={search ? '' : undefined}
    />
  </label>
)

const DayField: FC<{ name: 'from' | 'to'; label: string; value: string | null }> = ({
  name,
  label,
  value,
}) => (
  <label>
    {label}
    <input type="date" name={name} value={value ?? ''} autocomplete="off" />
  </label>
)

/** Narrows the log, and hands over as a file what it is narrowed to. */
export const Filters: FC<{ list: LogAddress; exportable: boolean }> = ({ list, exportable }) => {
  const { slug, filter } = list
  return (
    <search class="filters">
      <form method="get" action={paths.auditLog(slug)}>
        <details open={isFiltered(list)}>
          <summary>Filter</summary>
          <div>
            <NameField name="actor" label="Actor" value={filter.actor} search />
            <NameField name="target" label="Target" value={filter.target} />
            <label class="wide">
              Action
              <select name="action" autocomplete="off">
                <option value="">Every action</option>
                {ACTION_GROUPS.map(({ label, actions }) => (
                  <optgroup label={label}>
                    {actions.map((action) => (
                      <option value={action} selected={action === filter.action}>
                        {ACTION_WORDS[action]}
                      </option>
                    ))}
                  </optgroup>
                ))}
              </select>
            </label>
            <DayField name="from" label="From" value={filter.from} />
            <DayField name="to" label="To" value={filter.to} />
            <button type="submit" class="outline">
              Apply
            </button>
            {isFiltered(list) && (
              <a class="clear" {...swap(paths.auditLog(slug))}>
                Clear
              </a>
            )}
          </div>
        </details>
        {exportable && (
          <a
            class="button outline export"
            href={paths.auditLogCsv(slug, filter)}
            download
            title="Everything that the filters let through, on all pages"
          >
            Export CSV
          </a>
        )}
      </form>
    </search>
  )
}
