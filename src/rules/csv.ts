/** Makes a spreadsheet read UTF-8, and nothing of it as a formula; the shape is RFC 4180's. */
export const CSV_START = '\u{feff}'

/**
 * Whether a spreadsheet would take a cell for a formula: one that begins with = + - @, whatever invisible stands before
 * it and however wide it is written, or with a tab or a line break.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const isFormula = (cell: string): boolean =>
  /^[\t\r\n]/.test(cell) || /^[\s\p{C}\p{Z}]*[=+\-@\u2212]/u.test(cell.normalize('NFKC'))

/** One line; every cell in quotes, since a separator of another country's spreadsheet splits those that are not. */
export const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => `"${isFormula(cell) ? "'" : ''}${cell.replaceAll('"', '""')}"`).join(',')}\r\n`
