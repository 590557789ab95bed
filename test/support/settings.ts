import type { Env } from '../../src/bindings'

/** The settings of a deployment for real. */
export const PRODUCTION = {
  MODE: '',
  APP_URL: 'https://usher.example',
  MAIL_PROVIDER: 'resend',
  MAIL_FROM: 'Usher <invitations@usher.example>',
  RESEND_API_KEY: 're_an_api_key_of_the_provider',
  ROOT_SECRET: 'the root secret of a deployment, 43 characters',
  SETUP_TOKEN: 'the setup token of a deployment',
} satisfies Partial<Env>

/** The rate limit of bursts letting everything through, or nothing. */
export const bursts = (allowed: boolean): Pick<Env, 'SIGN_IN_LIMIT'> => ({
  SIGN_IN_LIMIT: { limit: async () => ({ success: allowed }) },
})
