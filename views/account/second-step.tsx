import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { Language } from '../../src/rules/languages'
import type { FieldErrors } from '../../src/rules/refusals'
import { wordsIn } from '../../src/rules/words'
import { CardPage } from '../document'
import { Input } from '../parts'
import { PasskeyPress, PasskeyScripts } from '../passkey'
import { Said } from '../said'

export type SecondStepProps = {
  language: Language
  address: string
  /** What a code can be: of the app, or a recovery code alone; null where only a passkey will do. */
  code: 'authenticator' | 'recovery_code' | null
  passkeyOptions: string | null
  /** Of who is signed in already: where to go on, and what is asked for. */
  signedIn: { next: string; needed: string; addPasskey: string | null } | null
  errors: FieldErrors
  change: string
}

const Carried: FC<Pick<SecondStepProps, 'signedIn' | 'change'>> = ({ signedIn, change }) => (
  <>
    <input type="hidden" name="change" value={change} />
    {signedIn && (
      <>
        <input type="hidden" name="next" value={signedIn.next} />
        <input type="hidden" name="needed" value={signedIn.needed} />
      </>
    )}
  </>
)

/** What is shown besides the password. */
export const SecondStepPage: FC<SecondStepProps> = (props) => {
  const { language, address, code, passkeyOptions, signedIn, errors, change } = props
  const { step } = wordsIn(language).factors
  return (
    <CardPage title={step.heading} language={language}>
      <h1>{step.heading}</h1>
      <p>
        <Said phrase={code ? step.lead(address) : step.leadPasskey(address)} />
      </p>
      {code && (
        <form method="post" action={paths.secondStep}>
          <Carried signedIn={signedIn} change={change} />
          <Input
            name="code"
            label={step.code}
            errors={errors}
            hint={code === 'authenticator' ? step.codeHint : step.recoveryHint}
            autocomplete="one-time-code"
            maxlength={40}
            required
            autofocus
          />
          <button type="submit" class="large">
            {step.submit}
          </button>
        </form>
      )}
      {passkeyOptions && (
        <form method="post" action={paths.secondStep}>
          {code && <p class="or">{step.or}</p>}
          <Carried signedIn={signedIn} change={change} />
          <PasskeyPress
            kind="get"
            options={passkeyOptions}
            field="credential"
            label={step.passkey}
            language={language}
            submits
            main={!code}
            error={errors.credential}
          />
          <PasskeyScripts />
        </form>
      )}
      <p class="other-way">
        {signedIn ? (
          <>
            {signedIn.addPasskey && (
              <>
                <a href={signedIn.addPasskey}>{step.add}</a>
                {' · '}
              </>
            )}
            <a href={paths.account()}>{step.back}</a>
          </>
        ) : (
          <a href={paths.signIn()}>{step.other}</a>
        )}
      </p>
    </CardPage>
  )
}
