import { raw } from 'hono/html'
import type { Child, FC } from 'hono/jsx'
import type { Language } from '../../src/rules/languages'
import { wordsIn } from '../../src/rules/words'

// What mail programs keep: tables, inline styles, a background as an attribute too. Gmail and Outlook for Windows
// take no more than that. The classes are there for dark mode alone, where a program has one that asks for our colours.

const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const BREAK = 'word-break:break-word;overflow-wrap:anywhere'
export const TEXT = `${FONT};${BREAK};font-size:16px;line-height:24px;color:#1f2430;margin:0 0 16px`
export const SMALL = `${FONT};${BREAK};font-size:13px;line-height:20px;color:#5b6272;margin:0 0 8px`
const HEADING = `${FONT};${BREAK};font-size:22px;line-height:30px;font-weight:700;color:#1f2430;margin:0 0 16px`
const BUTTON = `${FONT};${BREAK};display:inline-block;color:#ffffff;font-size:16px;font-weight:600;line-height:24px;padding:12px 24px;border-radius:8px;text-decoration:none`
const COLOURS = { primary: '#4338ca', danger: '#b42318' }

/** Apple Mail, Thunderbird and Outlook for Mac ask the system; Outlook.com marks what it darkens itself. */
const DARK = [
  { name: 'page', property: 'background-color', colour: '#0f1117' },
  { name: 'card', property: 'background-color', colour: '#1a1d27' },
  { name: 'text', property: 'color', colour: '#eceef4' },
  { name: 'soft', property: 'color', colour: '#a8afbf' },
  { name: 'link', property: 'color', colour: '#a5b4fc' },
  { name: 'quote', property: 'border-color', colour: '#4a5164' },
]

const rules = (before: (property: string) => string): string =>
  DARK.map(
    ({ name, property, colour }) => `${before(property)}.m-${name}{${property}:${colour}!important}`,
  ).join('')

const STYLES = `:root{color-scheme:light dark;supported-color-schemes:light dark}@media (prefers-color-scheme:dark){${rules(() => '')}}${rules((property) => (property === 'color' ? '[data-ogsc] ' : '[data-ogsb] '))}`

/** Word draws Outlook's mails: it would take Times for a list of fonts that it does not know, and scale each pixel. */
const FOR_WORD =
  '<!--[if mso]><noscript><xml><o:OfficeDocumentSettings xmlns:o="urn:schemas-microsoft-com:office:office"><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml></noscript><style>td,p,h1,a,strong{font-family:"Segoe UI",Arial,sans-serif!important;mso-line-height-rule:exactly}</style><![endif]-->'

/** Word knows no `max-width`: there the card stands in a table of a fixed width. */
const WIDE =
  '<!--[if mso]><table role="presentation" width="560" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->'
const WIDE_END = '<!--[if mso]></td></tr></table><![endif]-->'

const TABLE = { role: 'presentation', cellpadding: '0', cellspacing: '0', border: 0 }

/** The one way on that a mail offers, as a button: a painted cell, since Word gives a link neither padding nor corners. */
export const MailButton: FC<{ link: string; variant?: keyof typeof COLOURS; children?: Child }> = (props) => {
  const colour = COLOURS[props.variant ?? 'primary']
  return (
    <table {...TABLE} style="margin:24px 0">
      <tr>
        <td
          bgcolor={colour}
          style={`background-color:${colour};border-radius:8px;mso-padding-alt:12px 24px;text-align:center`}
        >
          <a href={props.link} target="_blank" rel="noopener" style={`${BUTTON};background-color:${colour}`}>
            {props.children}
          </a>
        </td>
      </tr>
    </table>
  )
}

/** Until when the link works, where it ends, and its address for where the button does not. */
export const MailLink: FC<{ link: string; until?: string | undefined; language?: Language }> = (props) => {
  const { shared } = wordsIn(props.language ?? 'en').mail
  return (
    <>
      <p class="m-soft" style={SMALL}>
        {props.until && `${shared.until(props.until)} `}
        {shared.address}
      </p>
      <p class="m-soft" style={`${SMALL};word-break:break-all`}>
        <a class="m-link" href={props.link} target="_blank" rel="noopener" style="color:#4338ca">
          {props.link}
        </a>
      </p>
    </>
  )
}

/** What somebody wrote, line by line. */
export const MailQuote: FC<{ text: string }> = ({ text }) => (
  <table {...TABLE} width="100%" style="margin:0 0 16px">
    <tr>
      <td class="m-quote" style="border-left:3px solid #c7c9f5;padding:4px 0 4px 16px">
        <blockquote class="m-text" dir="auto" style={`${TEXT};margin:0`}>
          {text.split('\n').map((line, at) => (
            <>
              {at > 0 && <br />}
              {line}
            </>
          ))}
        </blockquote>
      </td>
    </tr>
  </table>
)

type LayoutProps = {
  subject: string
  heading: string
  language?: Language
  /** What lists of mails show beside the subject. */
  preheader?: string
  /** Whose mail it is, under the card. */
  foot?: string
  children?: Child
}

/** Seen in no mail, only in lists of mails. */
const HIDDEN =
  'display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:#f4f5f8;mso-hide:all'

/** A mail around its content: one card, and styles that mail programs keep. */
export const MailLayout: FC<LayoutProps> = (props) => {
  const language = props.language ?? 'en'
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="x-apple-disable-message-reformatting" />
        <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{props.subject}</title>
        <style>{raw(STYLES)}</style>
        {raw(FOR_WORD)}
      </head>
      <body class="m-page" style="margin:0;padding:0;background-color:#f4f5f8">
        {props.preheader && (
          <div lang={language} style={HIDDEN}>
            {props.preheader}
          </div>
        )}
        <main lang={language} dir="ltr">
          <table {...TABLE} width="100%" bgcolor="#f4f5f8" class="m-page" style="background-color:#f4f5f8">
            <tr>
              <td align="center" style="padding:32px 16px">
                {raw(WIDE)}
                <table
                  {...TABLE}
                  width="100%"
                  bgcolor="#ffffff"
                  class="m-card"
                  style="max-width:560px;background-color:#ffffff;border-radius:12px"
                >
                  <tr>
                    <td align="left" style="padding:32px">
                      <h1 class="m-text" style={HEADING}>
                        {props.heading}
                      </h1>
                      {props.children}
                    </td>
                  </tr>
                </table>
                {props.foot && (
                  <p
                    class="m-soft"
                    dir="auto"
                    style={`${SMALL};text-align:center;max-width:560px;margin:16px auto 0`}
                  >
                    {props.foot}
                  </p>
                )}
                {raw(WIDE_END)}
              </td>
            </tr>
          </table>
        </main>
      </body>
    </html>
  )
}
