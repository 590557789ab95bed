// Copying and printing recovery codes.
for (const button of document.querySelectorAll('[data-copy-codes], [data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => {
    if ('print' in button.dataset) return print()
    const codes = [...document.querySelectorAll('[data-code]')].map(({ textContent }) => textContent)
    navigator.clipboard.writeText(codes.join('\n')).then(() => {
      button.textContent = 'Copied'
    })
  })
}
