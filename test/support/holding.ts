/** Something that waits until it is let go. */
export const gate = () => {
  let release = () => {}
  const opened = new Promise<void>((resolve) => {
    release = resolve
  })
  return { opened, release }
}

type Held = { key: string; release: () => Promise<void> }

/** A KV whose writes wait, to be let go one by one in any order; `waiting` is there once so many do. */
export const heldLinks = (links: KVNamespace) => {
  const held: Held[] = []
  let watchers: (() => void)[] = []
  const put = (key: string, value: string, options?: KVNamespacePutOptions): Promise<void> => {
    const { opened, release } = gate()
    const written = opened.then(() => links.put(key, value, options))
    held.push({
      key,
      release: () => {
        release()
        return written
      },
    })
    for (const tell of watchers) tell()
    watchers = []
    return written
  }
  const waiting = async (count: number): Promise<void> => {
    while (held.length < count) await new Promise<void>((resolve) => watchers.push(resolve))
  }
  return { held, waiting, links: replacing(links, { put }) }
}

/** A database whose batches are answered only after its release. */
export const heldDatabase = (db: D1Database) => {
  const { opened, release } = gate()
  const batch: D1Database['batch'] = async (statements) => {
    await opened
    return db.batch(statements)
  }
  return { release, db: replacing(db, { batch }) }
}

/** A binding as it is but for some of its methods. */
export const replacing = <T extends object>(binding: T, methods: { [key in keyof T]?: unknown }): T =>
  new Proxy(binding, {
    get: (target, key) => {
      const value: unknown = Reflect.get(methods, key) ?? Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

/** Every order of some things. */
export const orders = <T>(things: readonly T[]): T[][] =>
  things.length < 2
    ? [[...things]]
    : things.flatMap((first, at) => orders(things.toSpliced(at, 1)).map((rest) => [first, ...rest]))
