import { Toast } from '../../views/parts'
import { noticeOf } from './notices'
import { type Request, wantsPartial } from './request'

/** A change is done: the dialog closes and the list refreshes, or the page `to` says so; in the words of `notice`. */
export const answerDone = (c: Request, notice: string, to: string) => {
  if (!wantsPartial(c)) return c.redirect(`${to}?notice=${notice}`, 303)
  const told = noticeOf({ notice })
  c.header('HX-Trigger', 'list-changed, close-dialog')
  c.header('HX-Reswap', 'none')
  return c.html(
    <hx-partial hx-target="#toasts" hx-swap="beforeend">
      {told && <Toast notice={told} />}
    </hx-partial>,
  )
}
