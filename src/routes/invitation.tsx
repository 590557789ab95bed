import { Hono } from 'hono'
import { Part } from '../../views/console'
import { InvitationPage, InvitationPart, type InvitationProps } from '../../views/invitations/invitation'
import { paths } from '../paths'
import { reminderState, senderAddress, troubleOf } from '../rules/invitation-help'
import { can } from '../rules/permissions'
import { showLife } from '../usecases/timeline'
import { noticeOf } from './notices'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, wantsPartial } from './request'

/** The generation that a page of the timeline ends before, or null for the newest ones. */
const beforeIn = (c: Request): number | null => {
  const before = c.req.query('before') ?? ''
  return /^[1-9]\d{0,8}$/.test(before) ? Number(before) : null
}

const propsOf = async (c: Request, id: string): Promise<InvitationProps> => {
  const { organization, actor, settings } = c.var.org
  const { slug } = organization
  const before = beforeIn(c)
  const { invitation, timeline, grantable, approval, ...shown } = await showLife(c.var.org, { id, before })
  const trouble = troubleOf(invitation)
  const around = {
    sender: senderAddress(settings.mail.from),
    healthHref: can(actor.role, 'settings:manage') ? paths.emailSettings(slug) : null,
    supportUrl: settings.supportUrl,
  }
  return {
    slug,
    invitation,
    grantable,
    approval,
    reminders: reminderState(invitation),
    help: trouble && { ...around, trouble, bounce: invitation.bounce },
    timeline: { ...shown, generations: timeline, seesAuditLog: can(actor.role, 'audit_log:read') },
    change: mintChange(),
    self: paths.invitation(slug, id, { before }),
  }
}

export const invitation = new Hono<AppEnv>().get('/invitations/:id', async (c) => {
  const props = await propsOf(c, c.req.param('id'))
  const place = placeOfRequest(c)
  return wantsPartial(c)
    ? c.html(
        <Part place={place}>
          <InvitationPart {...props} />
        </Part>,
      )
    : c.html(
        <InvitationPage
          {...props}
          place={place}
          notice={noticeOf(c.req.query(), c.var.org.organization.timeZone)}
        />,
      )
})
