import { expect, test } from 'vitest'
import { addCast, inviteAndMail, newAccount } from '../support/cast'
import { elements } from '../support/html'
import { cookieOf, createWorld, linkIn, rows, tokenIn } from '../support/world'

test('an invitee follows the link in the mail, makes an account and is a member', async () => {
  const world = createWorld()
  const { admin, acme } = await addCast()
  const mail = await inviteAndMail(world, admin, 'jane@example.com')

  const page = await world.fetch(linkIn(mail))
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('Accept &amp; create account')

  const accepted = await world.fetch('/accept-invitation', { form: newAccount(tokenIn(mail)) })
  expect(accepted.status).toBe(303)
  const offer = await world.fetch(accepted.headers.get('Location') ?? '', { cookie: cookieOf(accepted) })
  const [pass] = await elements(await offer.text(), '.other-way a')
  const home = await world.fetch(pass?.attributes.href ?? '', { cookie: cookieOf(accepted) })
  expect(home.status).toBe(200)
  expect(await home.text()).toContain('Ada Admin')
  expect(
    await rows(
      'select role, status, inviter_name from member where organization_id = ? and invitation_id is not null',
      acme.id,
    ),
  ).toEqual([{ role: 'member', status: 'active', inviter_name: 'Ada Admin' }])
})
