type Query = Record<string, string | number | readonly string[] | null | undefined>

/** A path with the query's filled fields, in their order. */
export const withQuery = (path: string, query: Query): string => {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== '') search.append(name, String(one))
    }
  }
  return search.size > 0 ? `${path}?${search}` : path
}

const of = (slug: string, rest = '') => `/o/${encodeURIComponent(slug)}${rest}`

/** Every URL of Usher; the routes match the same shapes. */
export const paths = {
  root: '/',
  health: '/health',
  setup: '/setup',
  signIn: (next?: string) => withQuery('/sign-in', { next }),
  organizationSignIn: (slug: string, next?: string) => withQuery(of(slug, '/sign-in'), { next }),
  signOut: '/sign-out',
  home: (slug: string, query: Query = {}) => withQuery(of(slug), query),
  invitations: (slug: string, query: Query = {}) => withQuery(of(slug, '/invitations'), query),
  invite: (slug: string) => of(slug, '/invitations/new'),
  resend: (slug: string) => of(slug, '/invitations/resend'),
  revoke: (slug: string, ids: readonly string[] = []) =>
    withQuery(of(slug, '/invitations/revoke'), { id: ids }),
  member: (slug: string, userId: string) => of(slug, `/members/${encodeURIComponent(userId)}`),
  apiKeys: (slug: string) => of(slug, '/settings/api-keys'),
  revokeApiKey: (slug: string) => of(slug, '/settings/api-keys/revoke'),
  acceptInvitation: (token?: string) => withQuery('/accept-invitation', { token }),
  declineInvitation: '/decline-invitation',
  mailbox: '/mailbox',
  mailboxMail: (id: string, part: 'html' | 'text') => `/mailbox/${encodeURIComponent(id)}/${part}`,
  api: {
    invitations: '/api/v1/invitations',
    invitation: (id: string) => `/api/v1/invitations/${encodeURIComponent(id)}`,
  },
  assets: {
    oat: '/vendor/oat.min.css',
    htmx: '/vendor/htmx.min.js',
    style: '/usher.css',
    script: '/usher.js',
    icon: '/favicon.svg',
  },
} as const

/** A path of this site to return to after signing in, or null: nothing that leads elsewhere. */
export const safeNext = (next: string | undefined): string | null =>
  next && /^\/(?![/\\])[^\p{Cc}\\]*$/u.test(next) ? next : null
