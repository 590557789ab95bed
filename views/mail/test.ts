import { mailName, withoutJoiners } from '../../src/rules/names'
import { say, stress } from '../../src/rules/pieces'
import { sentFor } from '../../src/rules/senders'
import { composeMail } from './compose'

type Props = { organization: string; from: string; to: string; provider: string; link: string }

/** To whoever pressed the button, and to nobody else. */
export const renderTestMail = ({ from, to, provider, link, ...names }: Props) => {
  const organization = mailName(names.organization)
  return {
    from: withoutJoiners(sentFor(from, organization)),
    to,
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...composeMail({
      language: 'en',
      subject: withoutJoiners(`Test mail of ${organization}`),
      preheader: 'Mail of this organization arrives.',
      heading: 'It arrived',
      parts: [
        {
          kind: 'words',
          phrase: say`You asked for this mail in the settings of ${stress(organization)}. It left the way that invitations do, through ${stress(provider)}.`,
        },
        {
          kind: 'words',
          phrase: ['If it was in spam, the settings say what is missing at the sending domain.'],
        },
        { kind: 'way', label: 'Back to the settings', lead: 'Back to the settings:', href: link },
      ],
      sender: organization,
      host: new URL(link).host,
    }),
  }
}
