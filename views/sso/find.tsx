import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { CardPage } from '../document'
import { Input } from '../parts'

type Props = {
  address: string
  next: string
  /** Those whose identity provider signs in addresses of this domain; null where nothing was asked yet. */
  found: readonly { name: string; href: string }[] | null
}

const Found: FC<{ found: readonly { name: string; href: string }[] }> = ({ found }) => (
  <>
    {/* A form may only lead to this site, redirects included; the page itself goes on. */}
    {found.length === 1 && <meta http-equiv="refresh" content={`0;url=${found[0]?.href}`} />}
    <p>{found.length === 1 ? 'On to single sign-on.' : 'Which one do you want to sign in to?'}</p>
    {found.map(({ name, href }) => (
      <p>
        <a class={found.length === 1 ? 'button' : 'button outline'} href={href}>
          {found.length === 1 ? `Continue to ${name}` : name}
        </a>
      </p>
    ))}
  </>
)

const NOWHERE =
  'No organization signs in addresses of this domain here. Open your organization’s own sign-in page, or ask whoever runs it.'

/** Finds the organization whose identity provider somebody signs in with, by their work address. */
export const FindSsoPage: FC<Props> = ({ address, next, found }) => (
  <CardPage title="Single sign-on">
    <h1>Single sign-on</h1>
    {found && found.length > 0 ? (
      <Found found={found} />
    ) : (
      <form method="get" action={paths.findSso()}>
        <input type="hidden" name="next" value={next} />
        <Input
          name="address"
          label="Work email address"
          type="email"
          value={address}
          errors={found ? { address: NOWHERE } : {}}
          autocomplete="username"
          required
          autofocus
        />
        <button type="submit" class="large">
          Continue
        </button>
      </form>
    )}
    <p class="other-way">
      <a href={paths.signIn(next || undefined)}>Sign in with a password</a>
    </p>
  </CardPage>
)
