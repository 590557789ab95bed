import { raw } from 'hono/html'
import type { Child, FC } from 'hono/jsx'
import { paths } from '../src/paths'
import type { Language } from '../src/rules/languages'

/**
 * Styles injected by scripts are refused by the content security policy; going back loads the page anew, scripts
 * included; what somebody unfolded stays open when its list refreshes.
 */
const HTMX_CONFIG =
  '{"includeIndicatorCSS":false,"defaultSwap":"outerMorph","history":"reload","morphIgnore":["data-htmx-powered","open"]}'

type Props = {
  title: string
  language?: Language
  class?: string
  /** A page with one card, opened on phones far away: no more styles than it needs. */
  light?: boolean
  scripts?: boolean
  children?: Child
}

/** The whole page around `children`; pages for invitees come without scripts. */
export const Document: FC<Props> = ({
  title,
  language = 'en',
  class: className,
  light = false,
  scripts = false,
  children,
}) => (
  <>
    {raw('<!doctype html>')}
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href={paths.assets.icon} type="image/svg+xml" />
        <link rel="stylesheet" href={paths.assets.oat} />
        <link rel="stylesheet" href={paths.assets.base} />
        {!light && <link rel="stylesheet" href={paths.assets.style} />}
        {scripts && (
          <>
            <meta name="htmx-config" content={HTMX_CONFIG} />
            <script src={paths.assets.htmx} defer></script>
            <script src={paths.assets.script} defer></script>
          </>
        )}
      </head>
      <body class={className}>{children}</body>
    </html>
  </>
)

export const Brand: FC = () => (
  <span class="brand">
    <img src={paths.assets.icon} alt="" width="24" height="24" />
    Usher
  </span>
)

/** A page with one card in the middle: sign-in, setup, accepting, refusals. */
export const CardPage: FC<{ title: string; language?: Language; children?: Child }> = (props) => (
  <Document title={`${props.title} · Usher`} language={props.language ?? 'en'} class="card-page" light>
    <header>
      <Brand />
    </header>
    <main class="card">{props.children}</main>
  </Document>
)
