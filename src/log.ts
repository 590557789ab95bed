type Fields = Record<string, string | number | boolean | null>

/** What may be said of an error: database libraries put bound values into their own message, so the cause speaks. */
export const errorWords = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error
  const told = error.cause instanceof Error ? error.cause : error
  return `${told.name}: ${told.message}`.slice(0, 300)
}

const line = (level: 'info' | 'error', event: string, fields: Fields) =>
  JSON.stringify({ level, event, ...fields })

/** One JSON object a line. Nothing that opens anything may be in it: no token, cookie, key, password or query string. */
export const log = {
  info: (event: string, fields: Fields = {}) => console.log(line('info', event, fields)),
  error: (event: string, error: unknown, fields: Fields = {}) =>
    console.error(line('error', event, { ...fields, error: errorWords(error) })),
}
