import { expect, test } from 'vitest'
import { SsoRefusedPage } from '../../views/sso/refused'
import { texts } from '../support/html'

type Refused = Parameters<typeof SsoRefusedPage>[0]['refused']

const REASONS: Refused[] = [
  { reason: 'inactive' },
  { reason: 'unverified' },
  { reason: 'invited' },
  { reason: 'not_invited' },
  { reason: 'closed' },
  { reason: 'no_seat_left' },
  { reason: 'changed' },
  { reason: 'denied', message: 'No Janes any more.', remediation: 'Come as somebody else.' },
]

const shown = async (refused: Refused, address = 'jane@acme.test') => {
  const page = String(
    <SsoRefusedPage
      organization="Acme & <Söhne>"
      address={address}
      refused={refused}
      again="/o/acme/sign-in/sso?again=yes"
      signIn="/o/acme/sign-in"
    />,
  )
  return { heading: (await texts(page, 'h1'))[0], said: (await texts(page, 'main p')).join(' ') }
}

test.each(REASONS)('whoever does not come in reads why and what to do: $reason', async (refused) => {
  const { heading, said } = await shown(refused)
  expect(heading).toBeTruthy()
  if (refused.reason === 'denied') expect(said).toContain('No Janes any more. Come as somebody else.')
  else expect(said).toContain('Acme & <Söhne>')
  expect(said).toMatch(/Use another account Back to sign-in$/)
})

test('the address that counts is named, and where there is none that is said', async () => {
  for (const reason of ['unverified', 'invited', 'not_invited'] as const)
    expect((await shown({ reason })).said).toContain('jane@acme.test')
  expect((await shown({ reason: 'unverified' }, '')).said).toContain('named no email address')
  expect((await shown({ reason: 'not_invited' }, '')).said).toContain('somebody, who is not a member')
})
