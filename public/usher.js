// What a page does beyond links and forms; every page works without it.

const byId = (id) => document.getElementById(id)
const dialog = byId('dialog')
const toasts = byId('toasts')
/** The part of a page that a change elsewhere on it refreshes. */
const list = () => document.querySelector('[data-list]')

const say = (words) => {
  const toast = document.createElement('div')
  toast.className = 'toast'
  toast.dataset.variant = 'danger'
  toast.textContent = words
  toasts?.append(toast)
}

// What came with the page is put in once more: only what changes is read out.
if (toasts?.childElementCount) {
  const waiting = [...toasts.children]
  toasts.replaceChildren()
  setTimeout(() => toasts.append(...waiting), 100)
}

// Forms and confirmations open in the dialog, which traps the focus and gives it back. Everything outside
// is inert meanwhile, so the toasts go along.
const open = () => {
  if (dialog.open) return
  dialog.append(toasts)
  dialog.showModal()
}
const close = () => dialog?.open && dialog.close()

document.addEventListener('close-dialog', close)
dialog?.addEventListener('close', () => {
  dialog.after(toasts)
  byId('dialog-content').replaceChildren()
})

// While a mail is on its way the list looks after it, ever less often, and not where nobody sees it.
const SOON = 1500
let pause = SOON
let timer

const refresh = () => document.dispatchEvent(new Event('list-changed'))
const follow = () => {
  clearTimeout(timer)
  if (!document.querySelector('[data-under-way]')) {
    pause = SOON
    return
  }
  timer = setTimeout(() => document.visibilityState === 'visible' && refresh(), pause)
  pause = Math.min(pause * 1.5, 60_000)
}
follow()
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && refresh())

document.querySelector('.tabs [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })

let focused
document.addEventListener('htmx:before:swap', () => {
  focused = document.activeElement
})
document.addEventListener('htmx:after:swap', ({ detail }) => {
  if (detail.ctx.target?.matches?.('[data-list]')) follow()
  if (byId('dialog-content')?.childElementCount) open()
  // Whose row has gone goes on from the list rather than from the top of the page.
  else if (focused && !focused.isConnected) list()?.focus({ preventScroll: true })
})
document.addEventListener('htmx:error', ({ detail }) => {
  if (!list() || detail.ctx?.sourceElement !== list())
    say('There was no answer. Check your connection and try again: nothing is done twice.')
})

document.addEventListener('click', ({ target }) => {
  if (target === dialog || target.closest('[data-close-dialog]')) close()
  target.closest('[data-dismiss]')?.closest('.toast').remove()
  const copy = target.closest('[data-copy]')
  if (copy)
    navigator.clipboard.writeText(byId(copy.dataset.copy).value).then(() => {
      copy.textContent = 'Copied'
    })
})
document.addEventListener('animationend', ({ target }) => target.matches('.toast') && target.remove())

document.addEventListener('change', ({ target }) => {
  if (!target.matches('[data-tick-all]')) return
  for (const box of target.form.querySelectorAll('input[name=id]')) box.checked = target.checked
})

document.addEventListener('focusin', ({ target }) => target.matches('[data-select-all]') && target.select())

// "/" goes to the search, as people know it from elsewhere.
document.addEventListener('keydown', (event) => {
  const search = document.querySelector('[data-search]')
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || !search || dialog?.open) return
  if (event.target.closest('input:not([type=checkbox]), textarea, select')) return
  event.preventDefault()
  search.select()
})
