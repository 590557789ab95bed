import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { Language } from '../../src/rules/languages'
import { type ConnectionPreset, providerName } from '../../src/rules/sso'
import { wordsIn } from '../../src/rules/words'
import { CardPage } from '../document'
import { FormError } from '../parts'
import { Said } from '../said'
import type { AcceptProps, Facts } from './props'

/** What people call the organization's identity provider. */
export const providerOf = ({ connectionPreset, issuer }: Facts): string =>
  providerName(connectionPreset ?? 'other', issuer ?? '')

/** The way to the identity provider: a link, since a form may not lead to another site. */
export const ContinueWithSso: FC<{ token: string; preset: ConnectionPreset; language: Language }> = ({
  token,
  preset,
  language,
}) => (
  <p>
    <a class="button large" href={paths.acceptWithSso(token)}>
      {wordsIn(language).accept.sso.continueWith[preset]}
    </a>
  </p>
)

/** Where the identity provider is the one way in. */
export const SsoRequired: FC<AcceptProps & { facts: Facts }> = ({ facts, token, language, errors }) => (
  <>
    <FormError message={errors.form} />
    <p>
      <Said phrase={wordsIn(language).accept.sso.required(facts.organization)} />
    </p>
    <ContinueWithSso token={token} preset={facts.connectionPreset ?? 'other'} language={language} />
  </>
)

type MismatchProps = AcceptProps & {
  facts: Facts
  why: 'unverified' | 'another_address'
  passwordToo: boolean
}

/** Somebody else is signed in at the identity provider, or nobody can tell: both addresses, and the ways on. */
export const Mismatch: FC<MismatchProps> = ({ facts, shown, token, language, why, passwordToo }) => {
  const { sso } = wordsIn(language).accept
  const provider = providerOf(facts)
  const address = shown?.typedAddress || sso.noAddress
  return (
    <>
      <h1>{sso[why].heading}</h1>
      <p role="status">
        <Said phrase={sso[why].text({ provider, address, invited: facts.typedAddress })} />
      </p>
      <p>
        <a class="button large" href={paths.acceptWithSso(token, 'another')}>
          {sso.useAnother(provider)}
        </a>
      </p>
      {passwordToo && (
        <p class="other-way">
          <a href={paths.acceptInvitation(token)}>{sso.usePassword}</a>
        </p>
      )}
    </>
  )
}

export type SsoFailure = 'away' | 'declined' | 'stale' | 'wrong'

type FailedProps = {
  token: string
  language: Language
  why: SsoFailure
  provider: string
  organization: string
}

/** A round trip that came to nothing; the link is as it was. */
export const AcceptSsoFailed: FC<FailedProps> = ({ token, language, why, ...names }) => {
  const { accept } = wordsIn(language)
  const { heading, text } = accept.sso.failed[why]
  return (
    <CardPage title={accept.title(names.organization)} language={language}>
      <h1>{heading}</h1>
      <p>{text(names)}</p>
      <p>
        <a class="button" href={paths.acceptInvitation(token)}>
          {accept.sso.back}
        </a>
      </p>
    </CardPage>
  )
}
