import type { FC } from 'hono/jsx'
import type { Language } from '../../src/rules/languages'
import type { FieldErrors } from '../../src/rules/refusals'
import { wordsIn } from '../../src/rules/words'
import { CardPage } from '../document'
import { FormError, Input } from '../parts'
import { Said } from '../said'

type Way = { href: string; label: string }

type Props = {
  language: Language
  /** This page’s own address, by which it is asked again. */
  self: string
  action: string
  organization: string | null
  /** The invitation that somebody comes from, by its link's token. */
  invitation: string
  /** Where they came from. */
  back: Way
  address: string
  errors: FieldErrors
  change: string
}

/** Asks for a link that sets a new password. */
export const ForgotPage: FC<Props> = (props) => {
  const { language, action, organization, invitation, back, address, errors, change } = props
  const { account } = wordsIn(language)
  const { forgot } = account
  return (
    <CardPage title={forgot.heading} language={language}>
      <h1>{forgot.heading}</h1>
      {organization && (
        <p>
          <strong dir="auto">{organization}</strong>
        </p>
      )}
      <p>{forgot.lead}</p>
      <form method="post" action={action}>
        <FormError message={errors.form} />
        <input type="hidden" name="invitation" value={invitation} />
        <input type="hidden" name="change" value={change} />
        <Input
          name="address"
          label={account.address}
          type="email"
          value={address}
          errors={errors}
          autocomplete="username"
          required
          autofocus
        />
        <button type="submit" class="large">
          {forgot.submit}
        </button>
      </form>
      <p class="other-way">
        <a href={back.href}>{back.label}</a>
      </p>
    </CardPage>
  )
}

/** The same for every address: who reads the mailbox finds out the rest. */
export const ForgotSentPage: FC<Pick<Props, 'language' | 'self' | 'back' | 'address'>> = (props) => {
  const { forgot } = wordsIn(props.language).account
  return (
    <CardPage title={forgot.sent.heading} language={props.language}>
      <h1>{forgot.sent.heading}</h1>
      <p role="status">
        <Said phrase={forgot.sent.text(props.address)} />
      </p>
      <p>{forgot.sent.nothing}</p>
      <p class="other-way">
        <a href={props.self}>{forgot.sent.again}</a> · <a href={props.back.href}>{props.back.label}</a>
      </p>
    </CardPage>
  )
}
