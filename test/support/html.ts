const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
const decoded = (raw: string): string =>
  raw.replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole)

const VOID = ['input', 'img', 'meta', 'link', 'br', 'hr']

export type Found = { text: string; attributes: Record<string, string> }

/** Text and attributes of every element that a CSS selector finds in a page, in the page's order. */
export const elements = async (html: string, selector: string): Promise<Found[]> => {
  const found: Found[] = []
  const open: Found[] = []
  const rewriter = new HTMLRewriter().on(selector, {
    element: (element) => {
      const attributes = Object.fromEntries(
        [...element.attributes].map(([name = '', value = '']) => [name, decoded(value)]),
      )
      const one: Found = { text: '', attributes }
      found.push(one)
      if (VOID.includes(element.tagName)) return
      open.push(one)
      element.onEndTag(() => void open.splice(open.indexOf(one), 1))
    },
    text: ({ text }) => {
      for (const one of open) one.text += text
    },
  })
  await rewriter.transform(new Response(html)).text()
  return found.map(({ text, attributes }) => ({
    text: decoded(text).replace(/\s+/g, ' ').trim(),
    attributes,
  }))
}

/** The text of every element that a selector finds. */
export const texts = async (html: string, selector: string): Promise<string[]> =>
  (await elements(html, selector)).map(({ text }) => text)

/** The text of a textarea, line breaks kept. */
export const typedIn = (html: string, name: string): string => {
  const text = new RegExp(`<textarea[^>]*name="${name}"[^>]*>([^<]*)</textarea>`).exec(html)?.[1]
  if (text === undefined) throw new Error(`There is no textarea ${name}`)
  return decoded(text)
}
