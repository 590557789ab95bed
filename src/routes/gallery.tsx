import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { MAIL_PIECES } from '../../views/gallery/mails'
import { GalleryPage, GROUPS, WIDTHS } from '../../views/gallery/page'
import { PAGE_PIECES } from '../../views/gallery/pages'
import { languageOf } from '../rules/languages'
import { refuse } from '../rules/refusals'
import { framed } from './mailbox'
import type { AppEnv } from './request'

/** A page keeps its own policy, but for being shown in a frame of the gallery. */
const framedPage = createMiddleware<AppEnv>(async (c, next) => {
  await next()
  const policy = c.res.headers.get('Content-Security-Policy') ?? ''
  if (!c.res.ok || policy === '') return
  c.header('Content-Security-Policy', policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'"))
  c.header('X-Frame-Options', 'SAMEORIGIN')
  c.header('Origin-Agent-Cluster', undefined)
})

export const galleryFrames = createMiddleware<AppEnv>((c, next) =>
  (MAIL_PIECES.has(c.req.param('name') ?? '') ? framed : framedPage)(c, next),
)

/** Development only: every mail and every page that it leads to, from canned data. */
export const gallery = new Hono<AppEnv>()
  .use('/gallery/*', async (c, next) => {
    if (!c.var.ctx.settings.development) refuse({ code: 'not_found' })
    await next()
  })
  .get('/gallery', (c) => {
    const { language, width, group } = c.req.query()
    return c.html(
      <GalleryPage
        language={languageOf(language)}
        width={WIDTHS.find((one) => one === width) ?? 'phone'}
        group={GROUPS.find((one) => one === group) ?? 'mail.invitation'}
      />,
    )
  })
  .get('/gallery/:name', (c) => {
    const name = c.req.param('name')
    const language = languageOf(c.req.query('language'))
    const mail = MAIL_PIECES.get(name)?.(language)
    if (mail) return c.req.query('part') === 'text' ? c.text(mail.text) : c.html(mail.html)
    const page = PAGE_PIECES.get(name)
    return page ? c.html(String(page(language))) : refuse({ code: 'not_found' })
  })
