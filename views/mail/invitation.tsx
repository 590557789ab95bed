import type { FC } from 'hono/jsx'
import { exactWords } from '../../src/rules/dates'
import { roleName } from '../../src/rules/permissions'

export type InvitationMail = {
  content: {
    organization: string
    inviter: string
    role: string | null
    note: string
    expiresAt: number
    /** Not in mails queued by an earlier release. */
    timeZone?: string
    to: string
    from: string
  }
  link: string
}

const FONT = 'font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif'
const TEXT = `${FONT};word-break:break-word;font-size:16px;line-height:24px;color:#1f2430;margin:0 0 16px`
const SMALL = `${FONT};word-break:break-word;font-size:13px;line-height:20px;color:#5b6272;margin:0 0 8px`
const BUTTON = `${FONT};display:inline-block;background:#4338ca;color:#ffffff;font-size:16px;font-weight:600;line-height:24px;padding:12px 24px;border-radius:8px;text-decoration:none`

const Body: FC<InvitationMail> = ({ content, link }) => {
  const { organization, inviter, role, note, expiresAt, timeZone } = content
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>{subjectOf(content)}</title>
      </head>
      <body style="margin:0;padding:0;background:#f4f5f8">
        <main>
          <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f4f5f8">
            <tr>
              <td align="center" style="padding:32px 16px">
                <table
                  role="presentation"
                  width="100%"
                  cellpadding="0"
                  cellspacing="0"
                  style="max-width:560px;background:#ffffff;border-radius:12px"
                >
                  <tr>
                    <td style="padding:32px">
                      <h1
                        style={`${FONT};word-break:break-word;font-size:22px;line-height:30px;color:#1f2430;margin:0 0 16px`}
                      >
                        Join {organization}
                      </h1>
                      <p style={TEXT}>
                        {inviter} invites you to join <strong>{organization}</strong>
                        {role !== null && (
                          <>
                            {' '}
                            as <strong>{roleName(role)}</strong>
                          </>
                        )}
                        .
                      </p>
                      {note !== '' && (
                        <blockquote
                          style={`${TEXT};border-left:3px solid #c7c9f5;padding:4px 0 4px 16px;white-space:pre-line`}
                        >
                          {note}
                        </blockquote>
                      )}
                      <p style="margin:24px 0">
                        <a href={link} target="_blank" rel="noopener" style={BUTTON}>
                          Accept invitation
                        </a>
                      </p>
                      <p style={SMALL}>
                        The link works until {exactWords(expiresAt, timeZone)}. If the button does not work,
                        open this address:
                      </p>
                      <p style={`${SMALL};word-break:break-all`}>
                        <a href={link} target="_blank" rel="noopener" style="color:#4338ca">
                          {link}
                        </a>
                      </p>
                      <p style={`${SMALL};margin-top:24px`}>
                        This invitation is for {content.to}. If you did not expect it, you can ignore it.
                      </p>
                    </td>
                  </tr>
                </table>
              </td>
            </tr>
          </table>
        </main>
      </body>
    </html>
  )
}

const subjectOf = ({ inviter, organization }: InvitationMail['content']): string =>
  `${inviter} invites you to join ${organization}`

const textOf = ({ content, link }: InvitationMail): string => {
  const { organization, inviter, role, note, expiresAt, timeZone, to } = content
  return [
    `${inviter} invites you to join ${organization}${role === null ? '' : ` as ${roleName(role)}`}.`,
    ...(note === '' ? [] : [note.replace(/^/gm, '> ')]),
    `Accept the invitation:\n${link}`,
    `The link works until ${exactWords(expiresAt, timeZone)}.`,
    `This invitation is for ${to}. If you did not expect it, you can ignore it.`,
  ].join('\n\n')
}

/** One mail, for one recipient: a pure function of what is frozen in its delivery and of the link. */
export const renderInvitationMail = (mail: InvitationMail) => ({
  from: mail.content.from,
  to: mail.content.to,
  subject: subjectOf(mail.content),
  html: `<!doctype html>${String(<Body {...mail} />)}`,
  text: textOf(mail),
})
