// What mail programs make links of in text, at their most eager: schemes, www, domains of any ending, addresses.
const SCHEME = /\b[a-z][a-z\d+.-]*:\/\/\S+/giu
const WWW = /\bwww\d?[.。．｡]\S+/giu
const DOMAIN = /[\p{L}\p{N}_-]+(?:[.。．｡][\p{L}\p{N}_-]+)*[.。．｡]\p{L}{2,}(?:[:/?#]\S*)?/gu
const ADDRESS = /[^\s<>()"]+[@＠][\p{L}\p{N}-]+(?:[.。．｡][\p{L}\p{N}-]+)+/gu

/** The parts of a text that some mail program would make links of. */
export const madeLinks = (text: string): string[] =>
  [SCHEME, WWW, DOMAIN, ADDRESS].flatMap((link) => text.match(link) ?? [])
