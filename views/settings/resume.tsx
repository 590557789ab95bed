import { type FC, useContext } from 'hono/jsx'
import { paths } from '../../src/paths'
import { exactWords } from '../../src/rules/dates'
import { type Pause, pauseStory } from '../../src/rules/email-health'
import { Console, type Place } from '../console'
import { DialogForm } from '../dialog'
import { TimeZone } from '../parts'

/** Why nothing leaves, and what to do before it does again. */
export const PauseWords: FC<{ pause: Pause }> = ({ pause }) => (
  <>
    <p>
      {pauseStory(pause)} <code>{pause.setting}</code>
    </p>
    <p>
      Invitations and reminders wait; mails about accounts and their passwords go. Before sending goes on:
    </p>
    <ol>
      <li>
        {pause.reason === 'complaints'
          ? 'Find out who did not expect to be invited, and revoke their invitations.'
          : 'Revoke the invitations that bounced for good: their addresses do not exist.'}
      </li>
      <li>Check where the addresses come from. Another list like this one pauses it again.</li>
      <li>See whether SPF, DKIM and DMARC of the sending domain are fine.</li>
    </ol>
  </>
)

type Props = { slug: string; inDialog: boolean; pause: Pause | null; change: string }

/** Asks once more, since mails that should not leave cannot be called back. */
export const ResumeForm: FC<Props> = ({ slug, inDialog, pause, change }) => {
  const timeZone = useContext(TimeZone)
  return (
    <DialogForm
      action={paths.resumeSending(slug)}
      back={paths.emailSettings(slug)}
      inDialog={inDialog}
      title={pause ? 'Resume sending?' : 'Sending is not paused'}
      lead={
        pause
          ? `It is paused since ${exactWords(pause.at, timeZone)}. What waits leaves at once; mails sent until now no longer count against the rates.`
          : 'Somebody has resumed it already. There is nothing to do.'
      }
      change={change}
      submit={pause ? 'Resume sending' : null}
    >
      {pause && <PauseWords pause={pause} />}
    </DialogForm>
  )
}

export const ResumePage: FC<Props & { place: Place }> = ({ place, ...props }) => (
  <Console place={place} title="Resume sending" current={paths.emailSettings(place.organization.slug)}>
    <div class="card narrow">
      <ResumeForm {...props} />
    </div>
  </Console>
)
