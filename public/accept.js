// Notes once that somebody does something on an invitation's page: what scans mails only loads it.
{
  const { to } = document.currentScript.dataset
  const token = new URLSearchParams(location.search).get('token') ?? ''
  const signs = ['pointerdown', 'touchstart', 'keydown', 'input', 'click']
  const note = ({ isTrusted }) => {
    if (!isTrusted) return
    for (const sign of signs) removeEventListener(sign, note, true)
    fetch(to, { method: 'POST', keepalive: true, body: new URLSearchParams({ token }) }).catch(() => {})
  }
  // After a form was sent the address has no token, and its page was noted before.
  if (token) for (const sign of signs) addEventListener(sign, note, true)
}
