import type { Child, FC } from 'hono/jsx'

const FONT = 'font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif'
export const TEXT = `${FONT};word-break:break-word;font-size:16px;line-height:24px;color:#1f2430;margin:0 0 16px`
export const SMALL = `${FONT};word-break:break-word;font-size:13px;line-height:20px;color:#5b6272;margin:0 0 8px`
const HEADING = `${FONT};word-break:break-word;font-size:22px;line-height:30px;color:#1f2430;margin:0 0 16px`
const BUTTON = `${FONT};display:inline-block;color:#ffffff;font-size:16px;font-weight:600;line-height:24px;padding:12px 24px;border-radius:8px;text-decoration:none`
const COLOURS = { primary: '#4338ca', danger: '#b42318' }

/** The one way on that a mail offers, as a button. */
export const MailButton: FC<{ link: string; variant?: keyof typeof COLOURS; children?: Child }> = (props) => (
  <p style="margin:24px 0">
    <a
      href={props.link}
      target="_blank"
      rel="noopener"
      style={`${BUTTON};background:${COLOURS[props.variant ?? 'primary']}`}
    >
      {props.children}
    </a>
  </p>
)

/** Until when the link works, where it ends, and its address for where the button does not. */
export const MailLink: FC<{ link: string; until?: string }> = ({ link, until }) => (
  <>
    <p style={SMALL}>
      {until && `The link works until ${until}. `}If the button does not work, open this address:
    </p>
    <p style={`${SMALL};word-break:break-all`}>
      <a href={link} target="_blank" rel="noopener" style="color:#4338ca">
        {link}
      </a>
    </p>
  </>
)

/** A mail around its content: one card, and styles that mail programs keep. */
export const MailLayout: FC<{ subject: string; heading: string; children?: Child }> = (props) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light" />
      <title>{props.subject}</title>
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
                    <h1 style={HEADING}>{props.heading}</h1>
                    {props.children}
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
