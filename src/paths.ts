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
  organizationSignIn: (slug: string, next?: string, notice?: string) =>
    withQuery(of(slug, '/sign-in'), { next, notice }),
  findSso: (query: Query = {}) => withQuery('/sign-in/sso', query),
  organizationSso: (slug: string, query: Query = {}) => withQuery(of(slug, '/sign-in/sso'), query),
  passkeySignIn: '/sign-in/passkey',
  secondStep: '/sign-in/second-step',
  ssoCallback: (connectionId: string) => `/sso/callback/${encodeURIComponent(connectionId)}`,
  linkIdentity: '/sso/link',
  signOut: '/sign-out',
  organizations: '/organizations',
  newOrganization: '/organizations/new',
  left: '/left',
  home: (slug: string, query: Query = {}) => withQuery(of(slug), query),
  leave: (slug: string) => of(slug, '/leave'),
  invitations: (slug: string, query: Query = {}) => withQuery(of(slug, '/invitations'), query),
  invite: (slug: string, query: Query = {}) => withQuery(of(slug, '/invitations/new'), query),
  resend: (slug: string) => of(slug, '/invitations/resend'),
  revoke: (slug: string, ids: readonly string[] = [], query: Query = {}) =>
    withQuery(of(slug, '/invitations/revoke'), { id: ids, ...query }),
  importPeople: (slug: string, query: Query = {}) => withQuery(of(slug, '/invitations/import'), query),
  approve: (slug: string) => of(slug, '/invitations/approve'),
  declineApproval: (slug: string, ids: readonly string[] = [], query: Query = {}) =>
    withQuery(of(slug, '/invitations/decline-approval'), { id: ids, ...query }),
  invitation: (slug: string, id: string, query: Query = {}) =>
    withQuery(of(slug, `/invitations/${encodeURIComponent(id)}`), query),
  pauseReminders: (slug: string, id: string) =>
    of(slug, `/invitations/${encodeURIComponent(id)}/pause-reminders`),
  resumeReminders: (slug: string, id: string) =>
    of(slug, `/invitations/${encodeURIComponent(id)}/resume-reminders`),
  editInvitation: (slug: string, id: string, query: Query = {}) =>
    withQuery(of(slug, `/invitations/${encodeURIComponent(id)}/edit`), query),
  members: (slug: string, query: Query = {}) => withQuery(of(slug, '/members'), query),
  member: (slug: string, userId: string) => of(slug, `/members/${encodeURIComponent(userId)}`),
  editMember: (slug: string, userId: string) => of(slug, `/members/${encodeURIComponent(userId)}/edit`),
  deactivateMember: (slug: string, userId: string) =>
    of(slug, `/members/${encodeURIComponent(userId)}/deactivate`),
  reactivateMember: (slug: string, userId: string) =>
    of(slug, `/members/${encodeURIComponent(userId)}/reactivate`),
  removeMember: (slug: string, userId: string) => of(slug, `/members/${encodeURIComponent(userId)}/remove`),
  teams: (slug: string, query: Query = {}) => withQuery(of(slug, '/teams'), query),
  newTeam: (slug: string) => of(slug, '/teams/new'),
  editTeam: (slug: string, id: string) => of(slug, `/teams/${encodeURIComponent(id)}/edit`),
  deleteTeam: (slug: string, id: string) => of(slug, `/teams/${encodeURIComponent(id)}/delete`),
  roles: (slug: string, query: Query = {}) => withQuery(of(slug, '/roles'), query),
  newRole: (slug: string) => of(slug, '/roles/new'),
  editRole: (slug: string, id: string) => of(slug, `/roles/${encodeURIComponent(id)}/edit`),
  deleteRole: (slug: string, id: string) => of(slug, `/roles/${encodeURIComponent(id)}/delete`),
  auditLog: (slug: string, query: Query = {}) => withQuery(of(slug, '/audit-log'), query),
  auditLogCsv: (slug: string, query: Query = {}) => withQuery(of(slug, '/audit-log.csv'), query),
  settings: (slug: string, query: Query = {}) => withQuery(of(slug, '/settings'), query),
  invitationSettings: (slug: string, query: Query = {}) =>
    withQuery(of(slug, '/settings/invitations'), query),
  signInSettings: (slug: string, query: Query = {}) => withQuery(of(slug, '/settings/sign-in'), query),
  connection: (slug: string) => of(slug, '/settings/sign-in/connection'),
  testConnection: (slug: string) => of(slug, '/settings/sign-in/connection/test'),
  enableConnection: (slug: string) => of(slug, '/settings/sign-in/connection/enable'),
  removeConnection: (slug: string) => of(slug, '/settings/sign-in/connection/remove'),
  connectDirectory: (slug: string) => of(slug, '/settings/sign-in/directory'),
  disconnectDirectory: (slug: string) => of(slug, '/settings/sign-in/directory/disconnect'),
  domains: (slug: string, query: Query = {}) => withQuery(of(slug, '/settings/domains'), query),
  proveDomain: (slug: string) => of(slug, '/settings/domains/prove'),
  removeDomain: (slug: string, query: Query = {}) => withQuery(of(slug, '/settings/domains/remove'), query),
  policySettings: (slug: string, query: Query = {}) => withQuery(of(slug, '/settings/policies'), query),
  emailSettings: (slug: string, query: Query = {}) => withQuery(of(slug, '/settings/email'), query),
  testMail: (slug: string) => of(slug, '/settings/email/test'),
  resendFailed: (slug: string) => of(slug, '/settings/email/resend-failed'),
  resumeSending: (slug: string) => of(slug, '/settings/email/resume'),
  deletion: (slug: string, query: Query = {}) => withQuery(of(slug, '/settings/deletion'), query),
  undoDeletion: (slug: string) => of(slug, '/settings/deletion/undo'),
  apiKeys: (slug: string) => of(slug, '/settings/api-keys'),
  revokeApiKey: (slug: string) => of(slug, '/settings/api-keys/revoke'),
  acceptInvitation: (token?: string) => withQuery('/accept-invitation', { token }),
  /** The same link for whom the identity provider has just named. */
  acceptAsNamed: (token: string) => withQuery('/accept-invitation', { token, by: 'sso' }),
  acceptWithSso: (token?: string, account?: 'another') =>
    withQuery('/accept-invitation/sso', { token, account }),
  declineInvitation: '/decline-invitation',
  invitationOpened: '/invitation-opened',
  deleteOrganization: (token?: string) => withQuery('/delete-organization', { token }),
  unsubscribe: (token?: string) => withQuery('/unsubscribe', { token }),
  forgotPassword: (query: Query = {}) => withQuery('/forgot-password', query),
  organizationForgotPassword: (slug: string, query: Query = {}) =>
    withQuery(of(slug, '/forgot-password'), query),
  resetPassword: (query: Query = {}) => withQuery('/reset-password', query),
  account: (query: Query = {}) => withQuery('/account', query),
  accountName: '/account/name',
  accountAddress: '/account/address',
  accountPassword: '/account/password',
  accountSessions: (query: Query = {}) => withQuery('/account/sessions', query),
  endSession: '/account/sessions/end',
  endOtherSessions: '/account/sessions/end-others',
  accountSecurity: (query: Query = {}) => withQuery('/account/security', query),
  newPasskey: (query: Query = {}) => withQuery('/account/passkeys/new', query),
  removePasskey: '/account/passkeys/remove',
  authenticator: (query: Query = {}) => withQuery('/account/authenticator', query),
  removeAuthenticator: '/account/authenticator/remove',
  recoveryCodes: '/account/recovery-codes',
  confirmAddress: (token?: string) => withQuery('/confirm-address', { token }),
  mailEvents: (provider: string) => `/webhooks/mail/${encodeURIComponent(provider)}`,
  gallery: (query: Query = {}) => withQuery('/gallery', query),
  galleryPiece: (name: string, query: Query = {}) => withQuery(`/gallery/${encodeURIComponent(name)}`, query),
  mailbox: '/mailbox',
  mailboxMail: (id: string, part: 'html' | 'text') => `/mailbox/${encodeURIComponent(id)}/${part}`,
  api: {
    invitations: '/api/v1/invitations',
    invitation: (id: string) => `/api/v1/invitations/${encodeURIComponent(id)}`,
  },
  assets: {
    oat: '/vendor/oat.min.css',
    htmx: '/vendor/htmx.min.js',
    base: '/base.css',
    style: '/usher.css',
    script: '/usher.js',
    acceptScript: '/accept.js',
    webauthn: '/vendor/webauthn.min.js',
    passkeyScript: '/passkey.js',
    recoveryCodesScript: '/recovery-codes.js',
    icon: '/favicon.svg',
  },
} as const

/** A path of this site to return to after signing in, or null: nothing that leads elsewhere. */
export const safeNext = (next: string | undefined): string | null =>
  next && /^\/(?![/\\])[^\p{Cc}\\]*$/u.test(next) ? next : null
