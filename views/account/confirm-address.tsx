import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { AddressLinkState } from '../../src/rules/account-links'
import type { Language } from '../../src/rules/languages'
import { wordsIn } from '../../src/rules/words'
import { CardPage } from '../document'
import { Said } from '../said'

type Props = {
  language: Language
  state: Exclude<AddressLinkState, 'signed_out' | 'confirmed'>
  facts: { typedAddress: string; newAddress: string } | null
  viewer: { typedAddress: string } | null
  token: string
  change: string
}

/** The link in the mail to a new address: it shows, and only a press of the account's own confirms. */
export const ConfirmAddressPage: FC<Props> = ({ language, state, facts, viewer, token, change }) => {
  const { account } = wordsIn(language)
  const { confirm } = account
  if (state === 'open' && facts)
    return (
      <CardPage title={confirm.heading} language={language}>
        <h1>{confirm.heading}</h1>
        <p>
          <Said phrase={confirm.lead({ from: facts.typedAddress, to: facts.newAddress })} />
        </p>
        <form method="post" action={paths.confirmAddress()}>
          <input type="hidden" name="token" value={token} />
          <input type="hidden" name="change" value={change} />
          <button type="submit" class="large">
            {confirm.submit(facts.newAddress)}
          </button>
        </form>
        <p>
          <a class="button outline" href={paths.account()}>
            {confirm.keep}
          </a>
        </p>
      </CardPage>
    )
  const shown = state === 'open' ? 'invalid' : state
  const { heading } = confirm.closed[shown]
  return (
    <CardPage title={heading} language={language}>
      <h1>{heading}</h1>
      {shown === 'wrong_account' ? (
        <>
          <p>
            <Said phrase={confirm.wrongAccount(viewer?.typedAddress ?? '')} />
          </p>
          <form method="post" action={paths.signOut}>
            <input type="hidden" name="next" value={paths.confirmAddress(token)} />
            <button type="submit" class="large">
              {account.switchAccount}
            </button>
          </form>
        </>
      ) : (
        <>
          <p>{confirm.closed[shown].text}</p>
          <p>
            <a class="button outline" href={paths.account()}>
              {account.toAccount}
            </a>
          </p>
        </>
      )}
    </CardPage>
  )
}
