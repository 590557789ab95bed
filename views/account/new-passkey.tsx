import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { Language } from '../../src/rules/languages'
import type { FieldErrors } from '../../src/rules/refusals'
import { MAX_PASSKEY_NAME } from '../../src/rules/second-factors'
import { wordsIn } from '../../src/rules/words'
import { CardPage } from '../document'
import { FormError, Input } from '../parts'
import { PasskeyPress, PasskeyScripts } from '../passkey'
import { Proof, type ProofAsked } from './proof'

type Props = {
  language: Language
  /** Offered to whoever has just made the account, who can pass it by. */
  offer: boolean
  name: string
  options: string
  proof: ProofAsked
  errors: FieldErrors
  change: string
  next: string
  back: string
}

export const NewPasskeyPage: FC<Props> = (props) => {
  const { language, offer, name, options, proof, errors, change, next, back } = props
  const { add } = wordsIn(language).factors
  const heading = offer ? add.offerHeading : add.heading
  return (
    <CardPage title={heading} language={language}>
      <h1>{heading}</h1>
      <p>{add.lead}</p>
      <form method="post" action={paths.newPasskey()}>
        <FormError message={errors.form} />
        <input type="hidden" name="change" value={change} />
        <input type="hidden" name="next" value={next} />
        <input type="hidden" name="offer" value={offer ? '1' : ''} />
        {offer && !errors.name ? (
          <input type="hidden" name="name" value={name} />
        ) : (
          <Input
            name="name"
            label={add.name}
            value={name}
            errors={errors}
            hint={add.nameHint}
            autocomplete="off"
            maxlength={MAX_PASSKEY_NAME}
            required
          />
        )}
        <Proof asked={proof} language={language} errors={errors} />
        <PasskeyPress
          kind="create"
          options={options}
          field="registration"
          label={add.submit}
          language={language}
          submits
          main
          error={errors.registration}
        />
      </form>
      <p class="other-way">
        <a href={offer ? next || paths.root : back}>{offer ? add.skip : add.back}</a>
      </p>
      <PasskeyScripts />
    </CardPage>
  )
}
