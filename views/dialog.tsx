import type { Child, FC } from 'hono/jsx'

type LinkProps = { href: string; class: string; danger?: boolean; label?: string; children?: Child }

/** A link to the page of a form, which opens in the console's dialog where there is htmx. */
export const DialogLink: FC<LinkProps> = ({ href, class: className, danger, label, children }) => (
  <a
    class={className}
    data-variant={danger ? 'danger' : undefined}
    href={href}
    hx-get={href}
    hx-target="#dialog-content"
    hx-swap="innerHTML"
    aria-label={label}
  >
    {children}
  </a>
)

type Props = {
  action: string
  /** The page to return to without doing anything. */
  back: string
  inDialog: boolean
  class?: string
  title: string
  /** Other ways to the same end, above the lead. */
  tabs?: Child
  lead?: Child
  change: string
  /** Words of the button that does it; null where there is nothing to press. */
  submit: string | null
  /** What that button says in the form, where the form has several. */
  submits?: { name: string; value: string }
  danger?: boolean
  children?: Child
}

/** A form that opens in the dialog of the console, or stands on its own page. */
export const DialogForm: FC<Props> = ({ action, back, inDialog, title, lead, change, submit, ...rest }) => {
  const { class: className, tabs, submits, danger = false, children } = rest
  const Heading = inDialog ? 'h2' : 'h1'
  return (
    <form
      method="post"
      action={action}
      class={className}
      {...(inDialog && {
        'hx-post': action,
        'hx-target': '#dialog-content',
        'hx-swap': 'innerHTML',
        'hx-sync': 'this:drop',
      })}
    >
      <header>
        <Heading id="dialog-title">{title}</Heading>
        {tabs}
        {lead && <p>{lead}</p>}
      </header>
      <div>
        <input type="hidden" name="change" value={change} />
        {children}
      </div>
      <footer>
        {inDialog ? (
          <button type="button" class="outline" data-close-dialog autofocus={danger}>
            Cancel
          </button>
        ) : (
          <a class="button outline" href={back}>
            Cancel
          </a>
        )}
        {submit !== null && (
          <button type="submit" {...submits} data-variant={danger ? 'danger' : undefined}>
            {submit}
          </button>
        )}
      </footer>
    </form>
  )
}
