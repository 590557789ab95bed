import { afterEach, expect, test, vi } from 'vitest'
import type { Env } from '../../src/bindings'
import { systemPorts } from '../../src/context'
import { addCast } from '../support/cast'
import { EmailStandIn } from '../support/cloudflare-email'
import { JANE } from '../support/invitee'
import { deliveryTo, inviteAndHold } from '../support/mail'
import { MailgunStandIn } from '../support/mailgun'
import { MailpitStandIn } from '../support/mailpit'
import { PostmarkStandIn } from '../support/postmark'
import { ResendStandIn } from '../support/resend'
import { SendGridStandIn } from '../support/sendgrid'
import type { StandIn } from '../support/stand-in'
import { createWorld } from '../support/world'

afterEach(() => {
  vi.restoreAllMocks()
})

const key = 'a-key-of-the-provider'
const domain = 'usher.example'
type Taking = { accepted: { id: string; mail: object }[] }

const over = <T extends StandIn & Taking>(standIn: T, settings: Partial<Env>) => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(standIn.fetch)
  return { standIn, settings }
}

const OPEN: Record<string, () => { standIn: Taking; settings: Partial<Env> }> = {
  resend: () => over(new ResendStandIn({ apiKey: key }), { RESEND_API_KEY: key }),
  postmark: () => over(new PostmarkStandIn({ serverToken: key, domain }), { POSTMARK_SERVER_TOKEN: key }),
  sendgrid: () => over(new SendGridStandIn({ apiKey: key, domain }), { SENDGRID_API_KEY: key }),
  mailgun: () =>
    over(new MailgunStandIn({ apiKey: key, domain }), { MAILGUN_API_KEY: key, MAILGUN_DOMAIN: domain }),
  mailpit: () => over(new MailpitStandIn(), { MAILPIT_BASE_URL: 'http://localhost:8025' }),
  cloudflare: () => {
    const standIn = new EmailStandIn({ domain })
    return { standIn, settings: { EMAIL: standIn as unknown as SendEmail } }
  },
}

test.each(Object.entries(OPEN))(
  'with MAIL_PROVIDER=%s an invitation leaves by it, and its row says so',
  async (provider, open) => {
    const { standIn, settings } = open()
    const world = createWorld(
      { MAIL_PROVIDER: provider, MAIL_FROM: `Usher <invitations@${domain}>`, ...settings },
      { mailProvider: systemPorts.mailProvider },
    )
    const { admin } = await addCast()

    await world.consume(await inviteAndHold(world, admin, [JANE]))

    expect(standIn.accepted).toHaveLength(1)
    const delivery = await deliveryTo(JANE)
    expect(delivery).toMatchObject({
      state: 'sent',
      provider,
      provider_id: standIn.accepted[0]?.id,
      reason: null,
    })
    expect(JSON.stringify(standIn.accepted[0]?.mail)).toContain(delivery.id)
  },
)
