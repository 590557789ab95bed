import type { Child, FC } from 'hono/jsx'
import type { Language } from '../../src/rules/languages'
import { Brand, Document } from '../document'

type Props = { title: string; language?: Language; children?: Child }

/** A page about one's own account: one card, whichever organizations somebody is in. */
export const AccountShell: FC<Props> = ({ title, language = 'en', children }) => (
  <Document title={`${title} · Usher`} language={language} class="card-page">
    <header>
      <Brand />
    </header>
    <main class="card account-page">
      <h1>{title}</h1>
      {children}
    </main>
  </Document>
)
