import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../../src/rules/languages'
import { Brand, Document } from '../document'
import { MAIL_PIECES } from './mails'
import { PAGE_PIECES } from './pages'

/** How wide the frames are: a phone, or as wide as there is room. */
export const WIDTHS = ['phone', 'wide'] as const
export type Width = (typeof WIDTHS)[number]
const WIDTH_NAMES: Record<Width, string> = { phone: '390 pixels', wide: 'As wide as it goes' }

type Props = { language: Language; width: Width; group: string }

const groupOf = (name: string): string =>
  name
    .split('.')
    .slice(0, name.startsWith('mail.') ? 2 : 1)
    .join('.')

const NAMES = [...MAIL_PIECES.keys(), ...PAGE_PIECES.keys()]
export const GROUPS = [...new Set(NAMES.map(groupOf))]

const Choice: FC<{ label: string; ways: { href: string; label: string; current: boolean }[] }> = (props) => (
  <nav aria-label={props.label} class="switch">
    {props.ways.map(({ href, label, current }) => (
      <a href={href} aria-current={current ? 'page' : undefined}>
        {label}
      </a>
    ))}
  </nav>
)

/** Every mail and every state of the pages that it leads to, from canned data. */
export const GalleryPage: FC<Props> = ({ language, width, group }) => {
  const to = (change: Partial<Props>) => paths.gallery({ language, width, group, ...change })
  return (
    <Document title="Gallery · Usher" class="mailbox gallery">
      <header>
        <Brand />
      </header>
      <main>
        <h1>Gallery</h1>
        <p>Every mail, and every state of the pages for whoever was sent one. Nothing here is real.</p>
        <Choice
          label="What is shown"
          ways={GROUPS.map((one) => ({ href: to({ group: one }), label: one, current: one === group }))}
        />
        <Choice
          label="Language"
          ways={LANGUAGES.map((one) => ({
            href: to({ language: one }),
            label: LANGUAGE_NAMES[one],
            current: one === language,
          }))}
        />
        <Choice
          label="Width"
          ways={WIDTHS.map((one) => ({
            href: to({ width: one }),
            label: WIDTH_NAMES[one],
            current: one === width,
          }))}
        />
        {NAMES.filter((name) => groupOf(name) === group).map((name) => (
          <article class="card">
            <header>
              <h2>{name}</h2>
              <p>
                <a href={paths.galleryPiece(name, { language })}>Alone</a>
                {MAIL_PIECES.has(name) && (
                  <>
                    {' · '}
                    <a href={paths.galleryPiece(name, { language, part: 'text' })}>Text</a>
                  </>
                )}
              </p>
            </header>
            {MAIL_PIECES.has(name) && <p>{MAIL_PIECES.get(name)?.(language).subject}</p>}
            <iframe
              title={name}
              class={width}
              src={paths.galleryPiece(name, { language })}
              loading="lazy"
              sandbox="allow-same-origin"
            ></iframe>
          </article>
        ))}
      </main>
    </Document>
  )
}
