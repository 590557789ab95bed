import { type FC, useContext } from 'hono/jsx'
import { paths } from '../../src/paths'
import { exactWords } from '../../src/rules/dates'
import { type Finding, type Pause, type Standing, verdictOf } from '../../src/rules/email-health'
import { DialogLink } from '../dialog'
import { swapInto } from '../lists'
import { Badge, TimeZone } from '../parts'
import { type Failure, Failures, type Resendable } from './email-failures'
import { PauseWords } from './resume'

export type HealthProps = {
  slug: string
  findings: readonly Finding[]
  /** What the networks answered; null where they have not been asked yet. */
  checked: readonly Finding[] | null
  failures: readonly Failure[]
  resendable: Resendable
  pause: Pause | null
  mayResend: boolean
  atOnce: number
  change: string
  now: number
}

const BADGES = {
  well: { variant: 'success', label: 'Fine' },
  notice: { variant: 'warning', label: 'Look' },
  wrong: { variant: 'danger', label: 'Mend' },
  unknown: { variant: 'secondary', label: 'Unknown' },
} as const satisfies Record<Standing, { variant: string; label: string }>

const FindingRow: FC<{ finding: Finding }> = ({ finding }) => {
  const { name, standing, words, remedy, setting } = finding
  const { variant, label } = BADGES[standing]
  return (
    <li data-standing={standing}>
      <h3>{name}</h3>
      <Badge variant={variant}>{label}</Badge>
      <p>{words}</p>
      {remedy && (
        <p class="remedy">
          {remedy} {setting && <code>{setting}</code>}
        </p>
      )}
    </li>
  )
}

/** What is still being asked; with scripts the answer takes its place. */
const Asking: FC<{ href: string }> = ({ href }) => (
  <li data-standing="asking">
    <h3>Connection, SPF, DKIM and DMARC</h3>
    <p>
      <span class="scripted">Asking the provider and the domain’s name servers…</span>{' '}
      <a href={href}>Check them now</a>
    </p>
  </li>
)

/** The worst comes first; what is the same keeps its order. */
const ORDER: readonly Standing[] = ['wrong', 'notice', 'unknown', 'well']
const worstFirst = (findings: readonly Finding[]): Finding[] =>
  ORDER.flatMap((standing) => findings.filter((finding) => finding.standing === standing))

const Verdict: FC<{ findings: readonly Finding[]; paused: boolean; asking: boolean }> = (props) => {
  const { standing, words } = verdictOf(props.findings, props.paused)
  const isOpen = props.asking && standing === 'well'
  return (
    <p class="verdict" role="status" data-standing={isOpen ? 'asking' : standing}>
      {isOpen ? 'Nothing is wrong so far; provider and domain are being asked.' : words}
    </p>
  )
}

/** The part of the page that changes; loaded once more by itself, with what the networks answer. */
export const EmailHealth: FC<HealthProps> = (props) => {
  const { slug, findings, checked, pause } = props
  const timeZone = useContext(TimeZone)
  const self = paths.emailSettings(slug, { check: '1' })
  const all = [...findings, ...(checked ?? [])]
  return (
    <section
      id="email-health"
      data-list
      aria-label="Mail health"
      tabindex={-1}
      hx-get={self}
      hx-trigger={checked === null ? 'load, list-changed from:document' : 'list-changed from:document'}
      hx-target="this"
      hx-sync="this:drop"
    >
      <Verdict findings={all} paused={pause !== null} asking={checked === null} />
      {pause && (
        <div class="card danger">
          <h2>Sending is paused since {exactWords(pause.at, timeZone)}</h2>
          <PauseWords pause={pause} />
          <DialogLink class="button" href={paths.resumeSending(slug)}>
            Resume sending
          </DialogLink>
        </div>
      )}
      <div class="card">
        <header class="health-head">
          <h2>Mail health</h2>
          {checked !== null && (
            <a
              href={self}
              {...swapInto('email-health', self)}
              hx-push-url="false"
              class="button outline small"
            >
              Check again
            </a>
          )}
        </header>
        <ul class="findings">
          {checked === null && <Asking href={self} />}
          {worstFirst(all).map((finding) => (
            <FindingRow finding={finding} />
          ))}
        </ul>
      </div>
      <Failures {...props} />
    </section>
  )
}
