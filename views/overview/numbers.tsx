import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { type Day, durationWords, type Filters, PERIOD_DAYS, type Step } from '../../src/rules/overview'
import { DayChart, Funnel } from './charts'

type Choice = { id: string; name: string }
export type Choices = { departments: string[]; teams: Choice[]; roles: Choice[] }

const isNarrowed = ({ department, team, role }: Filters): boolean => Boolean(department || team || role)

type SelectProps = { name: keyof Filters; label: string; all: string; choices: Choice[]; chosen: string }

/** What was chosen stays in sight, also where it is not there to choose any more. */
const Select: FC<SelectProps> = ({ name, label, all, choices, chosen }) => (
  <label>
    {label}
    <select name={name} autocomplete="off">
      <option value="">{all}</option>
      {choices.map((choice) => (
        <option value={choice.id} selected={choice.id === chosen}>
          {choice.name}
        </option>
      ))}
      {chosen && !choices.some(({ id }) => id === chosen) && (
        <option value={chosen} selected>
          {name === 'department' ? chosen : 'No longer there'}
        </option>
      )}
    </select>
  </label>
)

type FilterProps = { slug: string; filters: Filters; choices: Choices }

const Narrowing: FC<FilterProps> = ({ slug, filters, choices }) => {
  const home = paths.home(slug)
  const swap = {
    'hx-get': home,
    'hx-target': '#overview',
    'hx-push-url': 'true',
    'hx-sync': '#overview:replace',
  }
  return (
    <search class="filters">
      <form method="get" action={home} {...swap}>
        <details open={isNarrowed(filters)}>
          <summary>Narrow</summary>
          <div>
            <Select
              name="department"
              label="Department"
              all="All departments"
              choices={choices.departments.map((name) => ({ id: name, name }))}
              chosen={filters.department}
            />
            <Select name="team" label="Team" all="All teams" choices={choices.teams} chosen={filters.team} />
            <Select name="role" label="Role" all="All roles" choices={choices.roles} chosen={filters.role} />
            <button type="submit" class="outline">
              Apply
            </button>
            {isNarrowed(filters) && (
              <a class="clear" href={home} {...swap}>
                Clear
              </a>
            )}
          </div>
        </details>
      </form>
    </search>
  )
}

export type NumbersProps = FilterProps & { funnel: Step[]; days: Day[]; median: number | null }

/** How sending and accepting went: the funnel, acceptances a day, and the median time to accept. */
export const Numbers: FC<NumbersProps> = ({ funnel, days, median, ...narrowing }) => {
  const accepted = days.reduce((sum, { count }) => sum + count, 0)
  return (
    <section class="numbers" aria-labelledby="numbers">
      <header>
        <h2 id="numbers">Last {PERIOD_DAYS} days</h2>
        <Narrowing {...narrowing} />
      </header>
      <div class="cards">
        <section class="card" aria-labelledby="funnel">
          <h3 id="funnel">From sending to accepting</h3>
          <p>What became of the invitations first sent in these {PERIOD_DAYS} days.</p>
          <Funnel steps={funnel} />
        </section>
        <section class="card" aria-labelledby="acceptances">
          <h3 id="acceptances">Acceptances</h3>
          <dl class="figures">
            <div>
              <dt>Accepted</dt>
              <dd>{accepted.toLocaleString('en-US')}</dd>
            </div>
            <div>
              <dt>Median time to accept</dt>
              <dd>{median === null ? '–' : durationWords(median)}</dd>
            </div>
          </dl>
          {accepted > 0 ? <DayChart days={days} /> : <p>Nobody accepted an invitation in these days.</p>}
        </section>
      </div>
    </section>
  )
}
