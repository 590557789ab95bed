import type { FC } from 'hono/jsx'
import { CardPage } from './document'

/** After accepting, where the organization's landing address is another site. */
export const WelcomePage: FC<{ organization: string; landing: string }> = ({ organization, landing }) => (
  <CardPage title="Welcome">
    <meta http-equiv="refresh" content={`0;url=${landing}`} />
    <h1>You are in</h1>
    <p>
      Welcome to <strong>{organization}</strong>. You are being taken to{' '}
      <strong>{new URL(landing).host}</strong>.
    </p>
    <p>
      <a class="button" href={landing}>
        Continue
      </a>
    </p>
  </CardPage>
)
