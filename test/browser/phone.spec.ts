import {
  acceptAsNewcomer,
  expect,
  expectNoSidewaysScroll,
  type Page,
  PHONE,
  rowOf,
  shown,
  tab,
  test,
} from './support'

test.use({ viewport: PHONE, hasTouch: true, isMobile: true })

const FINGER = 44

/** Every control in sight is as high as a finger wants it; a link inside a sentence may be a line high. */
const expectFingerSized = async (page: Page) => {
  const controls = page.locator(
    'button, a.button, select, input:not([type=hidden]), textarea, summary, nav a',
  )
  for (const control of await controls.all()) {
    if (!(await control.isVisible())) continue
    const label = control.locator('xpath=ancestor::label')
    const box = await ((await label.count()) > 0 ? label : control).boundingBox()
    expect(
      box?.height,
      `${page.url()} ${await control.evaluate((element) => element.outerHTML)}`,
    ).toBeGreaterThanOrEqual(FINGER - 0.5)
  }
}

test('on a phone: invite, accept, and see the row under Accepted', async ({ admin, stranger, company }) => {
  await admin.goto(`/o/${company.slug}/invitations`)
  await expectFingerSized(admin)
  await admin.getByRole('link', { name: 'Invite users' }).first().tap()
  const dialog = admin.getByRole('dialog', { name: 'Invite users' })
  await expect(dialog.getByLabel('Email addresses')).toBeFocused()
  await expect(dialog).toBeInViewport({ ratio: 1 })
  await expectFingerSized(admin)
  const addresses = ['jane', 'joe', 'jim'].map(company.address)
  await dialog.getByLabel('Email addresses').fill(addresses.join(' '))
  await dialog.getByRole('button', { name: 'Send invitations' }).tap()
  await expect(admin.getByRole('status').getByText('3 invitations sent')).toBeVisible()
  await expect(shown(admin)).toHaveCount(3)
  await expectNoSidewaysScroll(admin)

  const [jane = ''] = addresses
  await stranger.goto((await company.newestMail(jane)).link)
  await expect(stranger.getByRole('heading', { name: 'Accept invitation' })).toBeInViewport()
  await expect(stranger.getByRole('button', { name: 'Accept & create account' })).toBeInViewport()
  await expectFingerSized(stranger)
  await expectNoSidewaysScroll(stranger)
  await acceptAsNewcomer(stranger)
  await expect(stranger.getByRole('heading', { level: 1, name: company.name })).toBeInViewport()
  await expectNoSidewaysScroll(stranger)

  await tab(admin, 'Accepted').tap()
  await expect(rowOf(admin, jane)).toContainText('Accepted')
  await expect(tab(admin, 'Outstanding')).toHaveText('Outstanding 2')
})

test('on a phone: sort, tick, resend and revoke', async ({ admin, company }) => {
  const names = ['bert', 'anna', 'carla'].map(company.address)
  await company.addInvitations(names.map((address) => ({ address })))
  await admin.goto(`/o/${company.slug}/invitations`)
  await expect(shown(admin)).toHaveText(names)
  await admin.getByRole('link', { name: 'Email' }).tap()
  await expect(shown(admin)).toHaveText(names.toSorted())

  const [bert = '', anna = ''] = names
  for (const address of [anna, bert]) await admin.getByRole('checkbox', { name: `Select ${address}` }).tap()
  await expectFingerSized(admin)
  await admin.getByRole('button', { name: 'Resend selected' }).tap()
  await expect(admin.getByRole('status').getByText('2 invitations resent')).toBeVisible()

  await rowOf(admin, bert).getByRole('link', { name: 'Revoke' }).tap()
  const dialog = admin.getByRole('dialog', { name: 'Revoke this invitation?' })
  await dialog.getByRole('button', { name: 'Revoke' }).tap()
  await expect(tab(admin, 'Revoked')).toHaveText('Revoked 1')
})

test('on a phone: the menu leads to every page, closes on a tap beside it, and hides nothing', async ({
  admin,
  company,
}) => {
  await company.set({
    name: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
  })
  await admin.goto(`/o/${company.slug}/invitations`)
  const menu = admin.getByRole('button', { name: 'Menu' })
  const navigation = admin.getByRole('navigation', { name: 'Main' })
  await expect(menu).toBeInViewport({ ratio: 1 })
  await expect(navigation).toBeHidden()
  for (const label of ['Overview', 'Members', 'Teams', 'Roles', 'Audit log', 'Settings']) {
    await menu.tap()
    await expectFingerSized(admin)
    await navigation.getByRole('link', { name: label }).tap()
    await expect(admin.getByRole('heading', { level: 1, name: label })).toBeInViewport()
    await expectNoSidewaysScroll(admin)
    await expectFingerSized(admin)
  }
  await menu.tap()
  await expect(navigation.getByRole('link', { name: 'Settings' })).toHaveAttribute('aria-current', 'page')
  await admin.touchscreen.tap(200, 800)
  await expect(navigation).toBeHidden()
  await menu.tap()
  await admin.getByRole('button', { name: 'Sign out' }).tap()
  await expect(admin.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})
