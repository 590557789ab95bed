// What a page does beyond links and forms; every page works without it.

const dialog = document.getElementById('dialog')

// Forms and confirmations open in the dialog; the browser traps and returns the focus.
document.addEventListener('htmx:after:swap', () => {
  if (dialog?.childElementCount && !dialog.open) dialog.showModal()
})

const close = () => {
  if (dialog?.open) dialog.close()
}

document.addEventListener('close-dialog', close)
dialog?.addEventListener('close', () => dialog.replaceChildren())

document.addEventListener('click', (event) => {
  if (event.target.closest('[data-close-dialog]')) close()
  if (event.target === dialog) close()
  if (event.target.closest('.toast')) event.target.closest('.toast').remove()
})

document.addEventListener('change', (event) => {
  const all = event.target.closest('[data-tick-all]')
  if (!all) return
  for (const box of all.form.querySelectorAll('input[name=id]')) box.checked = all.checked
})

document.addEventListener('focusin', (event) => {
  if (event.target.matches('[data-select-all]')) event.target.select()
})

// "/" goes to the search, as people know it from elsewhere.
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target.closest('input, textarea, select'))
    return
  const search = document.querySelector('[data-search]')
  if (!search || dialog?.open) return
  event.preventDefault()
  search.focus()
})

// Coming back to the tab shows what happened meanwhile, unless somebody is in the middle of something.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible' || dialog?.open) return
  if (document.querySelector('input[name=id]:checked')) return
  document.body.dispatchEvent(new CustomEvent('invitations-changed', { bubbles: true }))
})
