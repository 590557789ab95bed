// Notes once that somebody does something on an invitation's page: what scans mails only loads it.
{
  const { to, token } = document.currentScript.dataset
  const signs = ['pointerdown', 'touchstart', 'keydown', 'input', 'click']
  const note = ({ isTrusted }) => {
    if (!isTrusted) return
    for (const sign of signs) removeEventListener(sign, note, true)
    fetch(to, { method: 'POST', keepalive: true, body: new URLSearchParams({ token }) }).catch(() => {})
  }
  for (const sign of signs) addEventListener(sign, note, true)
}
