import type { FC } from 'hono/jsx'
import { CardPage } from '../document'

/** After leaving with an account that belonged to the organization alone: nobody is signed in any more. */
export const LeftPage: FC = () => (
  <CardPage title="You have left">
    <h1>You have left</h1>
    <p>
      Your account there is closed and you are signed out. To come back, ask somebody of the organization for
      a new invitation.
    </p>
  </CardPage>
)
