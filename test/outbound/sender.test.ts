import { expect, test } from 'vitest'
import { senderOf } from '../../src/outbound/sender'

test.each([
  ['a@usher.example', 'a@usher.example', null],
  ['<a@usher.example>', 'a@usher.example', null],
  ['Usher <a@usher.example>', 'a@usher.example', 'Usher'],
  ['Acme, Inc. <a@usher.example>', 'a@usher.example', 'Acme, Inc.'],
  ['"Acme, \\"Inc.\\" \\\\ Co" <a@usher.example>', 'a@usher.example', 'Acme, "Inc." \\ Co'],
  ['"" <a@usher.example>', 'a@usher.example', null],
  ['株式会社 <a@usher.example>', 'a@usher.example', '株式会社'],
])('a mail from %s is from the address %s and the name %s', (from, address, name) => {
  expect(senderOf(from)).toEqual({ address, name })
})
