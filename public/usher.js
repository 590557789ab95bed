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
  const dismiss = document.createElement('button')
  dismiss.type = 'button'
  dismiss.className = 'ghost small'
  dismiss.dataset.dismiss = ''
  dismiss.ariaLabel = 'Dismiss'
  toast.append(words, dismiss)
  toasts?.append(toast)
}
const UNANSWERED = 'There was no answer. Check your connection and try again: nothing is done twice.'

// What came with the page is put in once more: only what changes is read out.
if (toasts?.childElementCount) {
  const waiting = [...toasts.children]
  toasts.replaceChildren()
  setTimeout(() => toasts.append(...waiting), 100)
}

// Forms and confirmations open in the dialog, which traps the focus and gives it back. Everything outside
// is inert meanwhile, so the toasts go along.
let opener
let typed = false
const open = (from) => {
  if (dialog.open) return
  opener = from
  typed = false
  dialog.append(toasts)
  dialog.showModal()
}
const close = () => dialog?.open && dialog.close()

/** What opened the dialog, or what stands in its place since the list behind was refreshed. */
const openerNow = () => {
  const address = opener?.getAttribute('hx-get')
  return opener?.isConnected ? opener : document.querySelector(`[hx-get="${CSS.escape(address ?? '')}"]`)
}

document.addEventListener('close-dialog', close)
dialog?.addEventListener('close', () => {
  dialog.after(toasts)
  byId('dialog-content').replaceChildren()
  const back = openerNow() ?? list()
  if (document.activeElement !== back) back?.focus({ preventScroll: true })
})

// What somebody typed does not go without a word: a click outside leaves it, the second Escape discards it.
dialog?.addEventListener('input', () => {
  typed = true
  byId('unsaved')?.remove()
})
const warn = () => {
  if (byId('unsaved')) return
  const words = document.createElement('p')
  words.id = 'unsaved'
  words.role = 'alert'
  words.textContent = 'What you typed is not saved. Cancel, or Escape once more, discards it.'
  const foot = dialog.querySelector('form > footer')
  foot ? foot.before(words) : byId('dialog-content').append(words)
}
dialog?.addEventListener('cancel', (event) => {
  if (!typed || byId('unsaved')) return
  event.preventDefault()
  warn()
})
let pressed
document.addEventListener('pointerdown', ({ target }) => {
  pressed = target
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
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return
  for (const busy of document.querySelectorAll('[data-busy]')) delete busy.dataset.busy
  refresh()
})

// Going back or forward loads the page anew. htmx does so too, but looks for its mark before the browser has put
// it in place, and now and then finds none.
document.addEventListener('htmx:before:history:restore', (event) => event.preventDefault())
addEventListener('popstate', ({ state }) => state?.htmx && location.reload())

// The current one of a strip that is wider than the screen.
for (const tab of document.querySelectorAll('.tabs [aria-current]'))
  tab.scrollIntoView({ block: 'nearest', inline: 'nearest' })
// Where the sidebar itself is the menu, none is open.
matchMedia('(min-width: 60rem)').addEventListener('change', () => byId('menu')?.hidePopover?.())

// A form is sent once at a time.
document.addEventListener(
  'submit',
  (event) => {
    const { target: form, submitter } = event
    if ((submitter?.getAttribute('formmethod') ?? form.method) !== 'post') return
    if (form.dataset.busy === undefined) {
      for (const busy of [form, submitter]) if (busy) busy.dataset.busy = ''
    } else {
      event.preventDefault()
      event.stopImmediatePropagation()
    }
  },
  true,
)
document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
  const form = ctx.sourceElement.closest('form')
  for (const busy of [form, ...(form?.querySelectorAll('[data-busy]') ?? [])]) delete busy?.dataset.busy
})

// What somebody else than Usher answers in its place is no part of the page.
document.addEventListener('htmx:before:swap', (event) => {
  const { response } = event.detail.ctx
  if (!response || response.status < 500 || response.headers.has('HX-Reswap')) return
  event.preventDefault()
  say(UNANSWERED)
})

let focused
document.addEventListener('htmx:before:swap', () => {
  focused = document.activeElement
})
document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (ctx.target?.matches?.('[data-list]')) {
    follow()
    // Another view of the list was asked for: its filters say which, whatever was chosen in them before.
    if (ctx.sourceElement !== list())
      for (const form of document.querySelectorAll('[data-list] search form'))
        if (!form.contains(document.activeElement)) form.reset()
  }
  if (byId('dialog-content')?.childElementCount) open(ctx.sourceElement)
  // Whose row has gone goes on from the list rather than from the top of the page.
  else if (focused && !focused.isConnected) list()?.focus({ preventScroll: true })
  tally()
})
document.addEventListener('htmx:error', ({ detail }) => {
  if (!list() || detail.ctx?.sourceElement !== list()) say(UNANSWERED)
})

document.addEventListener('click', ({ target }) => {
  if (target === dialog && pressed === dialog) typed ? warn() : close()
  if (target.closest('[data-close-dialog]')) close()
  target.closest('[data-dismiss]')?.closest('.toast').remove()
  const copy = target.closest('[data-copy]')
  if (copy)
    navigator.clipboard.writeText(byId(copy.dataset.copy).value).then(() => {
      copy.textContent = 'Copied'
    })
})
document.addEventListener('animationend', ({ target }) => target.matches('.toast') && target.remove())

// The box over all rows is ticked when all of them are, and half so when some are.
const tally = () => {
  const all = document.querySelector('[data-tick-all]')
  if (!all) return
  const boxes = [...all.form.querySelectorAll('input[name=id]')]
  const ticked = boxes.filter(({ checked }) => checked).length
  all.checked = ticked > 0 && ticked === boxes.length
  all.indeterminate = ticked > 0 && ticked < boxes.length
}
document.addEventListener('change', ({ target }) => {
  if (target.matches('[data-tick-all]'))
    for (const box of target.form.querySelectorAll('input[name=id]')) box.checked = target.checked
  if (target.matches('input[name=id]')) tally()
  if (target.matches('.filters select')) target.form.requestSubmit()
})
// What was done to the ticked rows is not done again by mistake.
document.addEventListener('htmx:after:request', ({ detail: { ctx } }) => {
  if (!ctx.response.raw.ok || ctx.request.method !== 'POST' || !ctx.sourceElement.closest('.bulk')) return
  for (const box of ctx.sourceElement.form.querySelectorAll('input[name=id]')) box.checked = false
  tally()
})

// Addresses of filtered lists name what is filtered by and nothing else.
document.addEventListener('formdata', ({ target, formData }) => {
  if (target.method !== 'get' || !target.closest('search')) return
  for (const [name, value] of [...formData]) if (value === '') formData.delete(name)
})

document.addEventListener('focusin', ({ target }) => target.matches('[data-select-all]') && target.select())

// Typing an amount chooses it; choosing a preset instead leaves no amount behind.
document.addEventListener('input', ({ target }) => {
  const custom = target.closest('[data-presets]')?.querySelector('[data-custom]')
  if (!custom) return
  if (target.type !== 'radio') custom.querySelector('[type=radio]').checked = true
  else if (!custom.contains(target)) custom.querySelector('[type=text]').value = ''
})

// "/" goes to the search, as people know it from elsewhere.
document.addEventListener('keydown', (event) => {
  const search = document.querySelector('[data-search]')
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || !search || dialog?.open) return
  if (event.target.closest('input:not([type=checkbox]), textarea, select')) return
  event.preventDefault()
  search.focus()
  search.select()
})
