// Passkeys: asks the browser for what a form carries, and sends the form. Without this the page says so itself.
{
  const { browserSupportsWebAuthn, browserSupportsWebAuthnAutofill, startAuthentication, startRegistration } =
    SimpleWebAuthnBrowser
  const presses = [...document.querySelectorAll('[data-passkey]')]

  const ask = ({ passkey, options }, useBrowserAutofill = false) => {
    const optionsJSON = JSON.parse(options)
    return passkey === 'create'
      ? startRegistration({ optionsJSON })
      : startAuthentication({ optionsJSON, useBrowserAutofill })
  }

  const say = (press, words) => {
    const place = press.querySelector('[data-said]')
    place.textContent = words
    place.hidden = !words
  }

  /** Puts the browser's answer into the form. A signature stands in for the password. */
  const take = (press, answer) => {
    const { form } = press.querySelector('input')
    press.querySelector('input').value = JSON.stringify(answer)
    if (press.dataset.passkey === 'get')
      for (const password of form.querySelectorAll('input[type=password]')) password.required = false
    if ('submit' in press.dataset) form.requestSubmit()
    else {
      press.querySelector('button').disabled = true
      say(press, press.dataset.confirmed)
    }
  }

  const run = async (press) => {
    const button = press.querySelector('button')
    const { form } = press.querySelector('input')
    if (press.dataset.passkey === 'create' && !form.reportValidity()) return
    say(press, '')
    button.setAttribute('aria-busy', 'true')
    try {
      take(press, await ask(press.dataset))
    } catch (error) {
      const wasCancelled = ['NotAllowedError', 'AbortError'].includes(error.name)
      say(press, wasCancelled ? press.dataset.cancelled : press.dataset.failed)
    } finally {
      button.removeAttribute('aria-busy')
    }
  }

  for (const press of presses) {
    if (!browserSupportsWebAuthn()) {
      say(press, press.dataset.unsupported)
      continue
    }
    const button = press.querySelector('button')
    button.hidden = false
    button.addEventListener('click', () => void run(press))
    // The browser offers its passkeys among what fills the address in; whoever never looks there is never asked.
    if ('autofill' in press.dataset)
      browserSupportsWebAuthnAutofill()
        .then((offers) => offers && ask(press.dataset, true).then((answer) => take(press, answer)))
        .catch(() => {})
  }
}
