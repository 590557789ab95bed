import type { Child } from 'hono/jsx'
import { Toast } from '../../views/parts'
import { noticeOf } from './notices'
import { type Request, wantsPartial } from './request'

/** What htmx is answered after a change: the dialog closes, the list refreshes, and the toasts tell of it. */
export const answerToasts = (c: Request, toasts: Child) => {
  c.header('HX-Trigger', 'list-changed, close-dialog')
  c.header('HX-Reswap', 'none')
  return c.html(
    <hx-partial hx-target="#toasts" hx-swap="beforeend">
      {toasts}
    </hx-partial>,
  )
}

/** A change is done: the dialog closes and the list refreshes, or the page `to` says so; in the words of `notice`. */
export const answerDone = (c: Request, notice: string, to: string) => {
  if (!wantsPartial(c)) return c.redirect(`${to}?notice=${notice}`, 303)
  const told = noticeOf({ notice })
  return answerToasts(c, told && <Toast notice={told} />)
}
