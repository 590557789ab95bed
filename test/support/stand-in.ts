type Scripted = () => Response | Promise<Response>

/** Stands in for a provider's API behind `fetch`: what it saw, and answers out of turn. */
export abstract class StandIn {
  /** Every request it saw, in order. */
  readonly requests: Request[] = []
  private readonly scripted: Scripted[] = []

  /** Replaces the answer to the next request; nothing is taken for it. */
  answerNext(answer: Scripted): void {
    this.scripted.push(answer)
  }

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    this.requests.push(request.clone())
    const scripted = this.scripted.shift()
    return scripted ? scripted() : this.answer(request)
  }

  protected abstract answer(request: Request): Promise<Response>
}

/** A JSON object, or null of anything else. */
export async function objectIn(request: Request): Promise<Record<string, unknown> | null> {
  const body: unknown = await request.json().catch(() => null)
  return isObject(body) ? body : null
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** `a@b.c`, alone or as `Name <a@b.c>`. */
export const isMailbox = (value: unknown): boolean =>
  isText(value) && /^([^<>\r\n]+ )?<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/.test(value)

export const isAddress = (value: unknown): boolean => isText(value) && /^[^\s<>@]+@[^\s<>@]+$/.test(value)

/** What `Authorization: Basic` carries. */
export function loginIn(request: Request): string | null {
  const encoded = /^Basic (.+)$/.exec(request.headers.get('Authorization') ?? '')?.[1]
  return encoded === undefined ? null : atob(encoded)
}
