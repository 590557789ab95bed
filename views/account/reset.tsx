import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { ResetLinkState } from '../../src/rules/account-links'
import type { Language } from '../../src/rules/languages'
import type { FieldErrors } from '../../src/rules/refusals'
import { wordsIn } from '../../src/rules/words'
import { CardPage } from '../document'
import { NewPassword } from '../new-password'

type Props = {
  language: Language
  state: ResetLinkState
  facts: { typedAddress: string; slug: string | null } | null
  token: string
  /** The id of an invitation to come back to. */
  invitation: string
  errors: FieldErrors
  change: string
}

const Closed: FC<Props & { state: Exclude<ResetLinkState, 'open'> }> = ({ language, state, facts }) => {
  const { account } = wordsIn(language)
  const { heading, text } = account.reset.closed[state]
  const slug = facts?.slug ?? null
  const signIn = slug === null ? paths.signIn() : paths.organizationSignIn(slug)
  const again = slug === null ? paths.forgotPassword() : paths.organizationForgotPassword(slug)
  return (
    <CardPage title={heading} language={language}>
      <h1>{heading}</h1>
      <p>{text}</p>
      {state === 'used' && (
        <p>
          <a class="button" href={signIn}>
            {account.signIn}
          </a>
        </p>
      )}
      <p>
        <a class={state === 'used' || state === 'replaced' ? 'button outline' : 'button'} href={again}>
          {account.reset.again}
        </a>
      </p>
    </CardPage>
  )
}

/** The link in a mail to whoever forgot a password: it shows, and only the form sets one. */
export const ResetPage: FC<Props> = (props) => {
  const { language, state, facts, token, invitation, errors, change } = props
  if (state !== 'open' || !facts) return <Closed {...props} state={state === 'open' ? 'invalid' : state} />
  const { account } = wordsIn(language)
  const { reset } = account
  return (
    <CardPage title={reset.heading} language={language}>
      <h1>{reset.heading}</h1>
      <form method="post" action={paths.resetPassword()}>
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="invitation" value={invitation} />
        <input type="hidden" name="change" value={change} />
        <div data-field="">
          <label for="field-address">{account.address}</label>
          <input
            type="email"
            id="field-address"
            value={facts.typedAddress}
            readonly
            autocomplete="username"
          />
        </div>
        <NewPassword language={language} label={account.newPassword} errors={errors} autofocus />
        <p class="other-way">{reset.meaning}</p>
        <button type="submit" class="large">
          {reset.submit}
        </button>
      </form>
    </CardPage>
  )
}
