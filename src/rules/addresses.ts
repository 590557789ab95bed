import { addressParser } from 'postal-mime'

/** How many addresses one send may name. */
export const MAX_ADDRESSES = 100

/**
 * One entry of what a person typed. A good one carries its canonical form and, for display and for mail, the
 * address as typed (without the name beside it, its compatibility characters normalised). A bad one carries
 * the whole entry as typed, so that it can stay in the box, and the reason in plain English.
 */
export type ParsedAddress =
  | { ok: true; address: string; typed: string }
  | { ok: false; typed: string; reason: string }

// RFC 5321, 4.5.3.1: octets, which RFC 6531 keeps for UTF-8. 254 is the 256-octet path without its brackets.
const MAX_OCTETS = 254
const MAX_LOCAL_OCTETS = 64
const MAX_ENTRY = 1000

const NO_IP = 'An IP address will not do after the @: give a domain, as in example.com.'

const LINE_BREAKS = /[\r\n\v\f\u0085\u2028\u2029]+/
const SEPARATOR = /^[,;，；、،؛]$/
// <angles>, (comments), separators, white space, words with their quoted parts, and what is left unclosed.
// No alternative can start where another's run would go on, so a line is read once.
const TOKENS = /<[^<>]*>|\([^()]*\)|[,;，；、،؛]|\s+|(?:"[^"]*"|[^\s,;，；、،؛<("])+|./gsu

/**
 * The one form in which addresses are compared and stored: Unicode NFKC, trimmed, lower case, the domain in
 * its ASCII form (IDNA by the URL standard). It validates nothing and never throws: parse what people typed.
 */
export function canonicalAddress(typed: string): string {
  // Lower-casing can leave a string that is not normalised any more. Upper-casing first would be full case
  // folding, and would also make mıke@ and mike@ one person.
  const folded = typed.normalize('NFKC').trim().toLowerCase().normalize('NFKC')
  const at = folded.lastIndexOf('@')
  const domain = at < 0 ? null : asciiDomain(folded.slice(at + 1))
  return domain === null ? folded : folded.slice(0, at + 1) + domain
}

/** Reads one address, alone or as `Name <address>`; more than one, or none, is refused with a reason. */
export function parseAddress(typed: string): ParsedAddress {
  const [first, second] = entriesOf(typed)
  const refuse = (reason: string): ParsedAddress => ({ ok: false, typed: typed.trim(), reason })
  if (first === undefined) return refuse('Enter an address.')
  if (second !== undefined) return refuse('Enter one address only.')
  const parsed = readEntry(first)
  return parsed.ok ? parsed : refuse(parsed.reason)
}

/**
 * Reads a pasted or typed list: entries parted by commas, semicolons, white space or line breaks, each of them
 * a bare address, `Name <address>`, `"Last, First" <address>` or Outlook's `Last, First <address>`. Order and
 * repeats are kept, and words that belong to no address come back as refused entries: nothing gets lost.
 * Linear in the length of the text.
 */
export function parseAddresses(text: string): ParsedAddress[] {
  return entriesOf(text).map(readEntry)
}

function entriesOf(text: string): string[] {
  const isNoise = (entry: string) => !/[\p{L}\p{N}@＠﹫]/u.test(entry.replace(/\([^()@]*\)/g, ''))
  return text
    .split(LINE_BREAKS)
    .flatMap(entriesOfLine)
    .filter((entry) => !isNoise(entry))
}

function entriesOfLine(line: string): string[] {
  const entries: { text: string; start: number; surname: boolean }[] = []
  let start = -1
  let end = -1
  const typed = () => (start < 0 ? '' : line.slice(start, end))
  const close = (separator?: string) => {
    const text = typed()
    if (text) entries.push({ text, start, surname: separator === ',' && !/[@.]/.test(text) })
    start = -1
  }
  let addressed = false
  for (const { 0: token, index } of line.matchAll(TOKENS)) {
    if (!token.trim()) continue
    if (SEPARATOR.test(token)) {
      close(token)
      continue
    }
    const angled = /^<.*>$/s.test(token)
    const bare = !angled && hasAt(token)
    const isDone = addressed && !(angled && isNameOf(typed(), token))
    if (start >= 0 && (isDone || (bare && !typed().endsWith(':')))) close()
    const last = entries.at(-1)
    if (angled && start >= 0 && last?.surname) start = entries.pop()?.start ?? start
    if (start < 0) start = index
    end = index + token.length
    addressed = bare
    if (angled) close()
  }
  close()
  return entries.map((entry) => entry.text)
}

/** `"boss@corp.com" <x@y.com>` and `x@y.com <x@y.com>` are one entry; `a@b.com <x@y.com>` are two. */
function isNameOf(text: string, angled: string): boolean {
  return /^(["']).*\1$/s.test(text) || text.toLowerCase() === angled.slice(1, -1).trim().toLowerCase()
}

function hasAt(text: string): boolean {
  return /[@＠﹫]/.test(text)
}

function readEntry(entry: string): ParsedAddress {
  const refuse = (reason: string): ParsedAddress => ({ ok: false, typed: entry, reason })
  if (entry.length > MAX_ENTRY) return refuse('It is too long to be an address.')
  const text = entry.normalize('NFKC')
  if (/(?!\t)\p{Cc}/u.test(text)) return refuse('There is a hidden character in it.')
  if (!text.includes('@')) return refuse('There is no @ in it.')
  if (text.includes('://')) return refuse('That is a link, not an address.')
  if (text.includes('@[')) return refuse(NO_IP)

  const found = addressParser(text, { flatten: true }).flatMap((mailbox) => mailbox.address || [])
  const typed = unwrap(found[0] ?? '')
  // The parser unescapes and decodes; an address that was not literally typed is not what the person meant.
  if (found.length !== 1 || !text.includes(typed)) return refuse('Write it as name@example.com.')
  const [before = '', after = ''] = text.split(typed)
  if (!text.includes('<') && hasAt(before + after)) return refuse('There is more than one @ in it.')
  const address = canonicalAddress(typed)
  const reason = problemOf(typed, address)
  return reason === null ? { ok: true, address, typed } : refuse(reason)
}

/** Takes off what comes along when addresses are copied: mailto:, single and curly quotes, a full stop. */
function unwrap(address: string): string {
  return address
    .replace(/^\p{Cf}+|\p{Cf}+$/gu, '')
    .replace(/^['‘’“”](.*)['‘’“”]$/su, '$1')
    .replace(/^mailto:/i, '')
    .replace(/(?<!\.)\.$/, '')
}

function problemOf(typed: string, address: string): string | null {
  const at = typed.lastIndexOf('@')
  const [local, domain] = [typed.slice(0, at), typed.slice(at + 1)]
  if (/\s/u.test(typed)) return 'There is a space in it.'
  if (/\p{C}/u.test(typed)) return 'There is a hidden character in it.'
  if (at < 0) return 'There is no @ in it.'
  if (local === '') return 'There is nothing before the @.'
  if (domain === '') return 'There is nothing after the @.'
  if (local.includes('@')) return 'There is more than one @ in it.'
  if (/^\.|\.$|\.\./.test(local) || domain.includes('..')) return 'There is a dot too many in it.'
  // RFC 5322's atext, and everything beyond ASCII as RFC 6531 allows it.
  const odd = /[^\w!#$%&'*+\-/=?^`{|}~.\u{80}-\u{10ffff}]/u.exec(local)
  if (odd) return `The character ${odd[0]} cannot stand before the @.`
  return domainProblem(address.slice(address.lastIndexOf('@') + 1)) ?? lengthProblem(address)
}

function domainProblem(ascii: string): string | null {
  if (/(^|\.)\d+$/.test(ascii)) return NO_IP
  if (!ascii.includes('.')) return 'What follows the @ needs a dot, as in example.com.'
  const isLabel = (label: string) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)
  return ascii.split('.').every(isLabel) ? null : 'What follows the @ is not a domain.'
}

function lengthProblem(address: string): string | null {
  const octets = (text: string) => new TextEncoder().encode(text).length
  if (octets(address.slice(0, address.lastIndexOf('@'))) > MAX_LOCAL_OCTETS)
    return `What stands before the @ is longer than ${MAX_LOCAL_OCTETS} characters.`
  return octets(address) > MAX_OCTETS ? `It is longer than ${MAX_OCTETS} characters.` : null
}

/** The domain in lower-case ASCII (xn--…), or null where the URL standard sees none in it. */
function asciiDomain(domain: string): string | null {
  // A URL would quietly take ports, paths, users and %-escapes out of these.
  if (!/^[a-z0-9.\-\u{80}-\u{10ffff}]+$/iu.test(domain)) return null
  try {
    return new URL(`http://${domain}`).hostname
  } catch {
    return null
  }
}
