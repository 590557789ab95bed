import type { FC } from 'hono/jsx'
import { CardPage } from '../document'

/** After leaving with an account or a session that was good for nothing else: nobody is signed in any more. */
export const LeftPage: FC = () => (
  <CardPage title="You have left">
    <h1>You have left</h1>
    <p>
      You are no member there any more, and signed out. To come back, ask somebody of the organization for a
      new invitation.
    </p>
  </CardPage>
)
