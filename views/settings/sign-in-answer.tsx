import type { Child, FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { Place } from '../console'
import { SettingsLayout } from './layout'

type Props = {
  place: Place
  title: string
  class: string
  /** What can be done about it, before going back. */
  ways: Child
  children?: Child
}

/** What came of going to the identity provider for the settings' sake, and the way back to them. */
export const SignInAnswer: FC<Props> = ({ place, title, class: className, ways, children }) => {
  const settings = paths.signInSettings(place.organization.slug)
  return (
    <SettingsLayout place={place} title={title} current={settings}>
      <section class={className}>
        {children}
        <div class="foot">
          {ways}
          <a class="button outline" href={settings}>
            Back to Sign-in
          </a>
        </div>
      </section>
    </SettingsLayout>
  )
}
