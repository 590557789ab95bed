import type { FC } from 'hono/jsx'
import { CardPage } from '../document'

/** Somebody came back from an identity provider to a browser that sent nobody there, or too late, or twice. */
export const SsoLostPage: FC<{ signIn: string }> = ({ signIn }) => (
  <CardPage title="Sign in again">
    <h1>Sign in again</h1>
    <p>
      This single sign-on was used already, took longer than ten minutes, or was started in another browser.
      Nothing was changed.
    </p>
    <p>
      <a class="button" href={signIn}>
        Start again
      </a>
    </p>
  </CardPage>
)
