import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { DirectoryProvider } from '../../src/rules/sso'
import type { Place } from '../console'
import { When } from '../parts'
import { SignInAnswer } from './sign-in-answer'

export type DirectoryProps = {
  slug: string
  /** Whose directory the connection leads to; null where there is none that can be read. */
  provider: DirectoryProvider | null
  consent: { consentedBy: string; consentedAt: number; expiredAt: number | null } | null
  change: string
}

const NAMES: Record<DirectoryProvider, string> = {
  google: 'Google Workspace',
  microsoft: 'Microsoft Entra ID',
}

const WHO: Record<DirectoryProvider, string> = {
  google:
    'It takes an admin of the Google Workspace who may read users, and the Admin SDK API enabled in the project of the client.',
  microsoft: 'It takes an administrator of the tenant who may grant the application User.Read.All.',
}

const Consent: FC<{ consent: NonNullable<DirectoryProps['consent']> }> = ({ consent }) =>
  consent.expiredAt === null ? (
    <p>
      Connected by {consent.consentedBy || 'somebody who is gone'} on <When at={consent.consentedAt} />.
      Admins can import people in <q>Invite users</q>.
    </p>
  ) : (
    <div role="alert" data-variant="warning">
      <span>
        The consent of {consent.consentedBy || 'somebody who is gone'} expired on{' '}
        <When at={consent.expiredAt} />: it was withdrawn, or its time is over. Connect the directory again.
      </span>
    </div>
  )

/** The consent to read the directory of people; nothing for an identity provider that has none to read. */
export const DirectorySection: FC<DirectoryProps> = ({ slug, provider, consent, change }) =>
  provider && (
    <section class="card settings" id="directory">
      <h2>Directory of {NAMES[provider]}</h2>
      {consent ? (
        <Consent consent={consent} />
      ) : (
        <p>
          Once somebody has consented that Usher may read it, admins can import people without inviting them.
        </p>
      )}
      {(!consent || consent.expiredAt !== null) && <p data-hint>{WHO[provider]}</p>}
      <div class="foot">
        <a
          class={consent && consent.expiredAt === null ? 'button outline' : 'button'}
          href={paths.connectDirectory(slug)}
        >
          {consent ? 'Connect again' : 'Connect directory'}
        </a>
        {consent && (
          <form method="post" action={paths.disconnectDirectory(slug)}>
            <input type="hidden" name="change" value={change} />
            <button type="submit" class="outline" data-variant="danger">
              Disconnect
            </button>
          </form>
        )}
      </div>
    </section>
  )

type ProblemProps = { place: Place; detail: string; remedy: string }

/** What came of asking for consent where nothing did. */
export const DirectoryProblemPage: FC<ProblemProps> = ({ place, detail, remedy }) => (
  <SignInAnswer
    place={place}
    title="Directory not connected"
    class="card narrow"
    ways={
      <a class="button" href={paths.connectDirectory(place.organization.slug)}>
        Try again
      </a>
    }
  >
    <h2>The directory is not connected</h2>
    <div role="alert" data-variant="danger">
      <span>
        {detail} {remedy}
      </span>
    </div>
  </SignInAnswer>
)
