import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { type Env, readSettings, SETTING_NAMES } from '../src/bindings'
import { PRODUCTION } from './support/settings'

const DEVELOPMENT = {
  ...PRODUCTION,
  MODE: 'development',
  APP_URL: 'http://localhost:8787',
  MAIL_PROVIDER: 'mailbox',
}

const EMAIL: SendEmail = { send: async () => ({ messageId: '' }) }

const NO_SETTINGS = Object.fromEntries(SETTING_NAMES.map((name) => [name, '']))
const read = (settings: Partial<Env>) => readSettings({ ...env, ...NO_SETTINGS, ...settings })

const problemsOf = (settings: Partial<Env>) => {
  const result = read(settings)
  return 'problems' in result ? result.problems : []
}
const wrong = (settings: Partial<Env>) => problemsOf(settings).map(({ setting }) => setting)

describe('settings', () => {
  test('of a deployment are read, with the limits’ defaults', () => {
    expect(read(PRODUCTION)).toEqual({
      appUrl: 'https://usher.example',
      development: false,
      mail: {
        provider: 'resend',
        from: PRODUCTION.MAIL_FROM,
        apiKey: PRODUCTION.RESEND_API_KEY,
        baseUrl: 'https://api.resend.com',
      },
      webhooks: { resend: null, postmark: null, sendgrid: null, mailgun: null },
      rootSecret: PRODUCTION.ROOT_SECRET,
      previousRootSecret: null,
      setupToken: PRODUCTION.SETUP_TOKEN,
      quotas: { organization: 1000, sender: 0, address: 5 },
      pauseAt: { bounces: 10, complaints: 0.5 },
      supportUrl: null,
      dnsResolver: 'https://cloudflare-dns.com/dns-query',
      directoryUrls: { google: 'https://admin.googleapis.com', microsoft: 'https://graph.microsoft.com' },
      seats: { limit: 0, upgradeUrl: null },
      organizationCreation: 'nobody',
    })
  })

  test('of npm start are read', () => {
    expect(read(DEVELOPMENT)).toMatchObject({
      appUrl: 'http://localhost:8787',
      development: true,
      mail: { provider: 'mailbox' },
    })
  })

  test('that may be left out may be set', () => {
    const previous = 'the root secret of before, 32 characters'
    expect(
      read({
        ...PRODUCTION,
        ROOT_SECRET_PREVIOUS: previous,
        RESEND_BASE_URL: 'https://stand-in.example',
        SETUP_TOKEN: '',
        INVITATIONS_PER_DAY: '0',
        MAILS_PER_ADDRESS_PER_DAY: '3',
      }),
    ).toMatchObject({
      mail: { baseUrl: 'https://stand-in.example' },
      previousRootSecret: previous,
      setupToken: null,
      quotas: { organization: 0, address: 3 },
    })
  })

  test.each<[string, Partial<Env>, object]>([
    [
      'postmark',
      { POSTMARK_SERVER_TOKEN: 't' },
      {
        serverToken: 't',
        messageStream: 'outbound',
        baseUrl: 'https://api.postmarkapp.com',
      },
    ],
    [
      'sendgrid',
      { SENDGRID_API_KEY: 'k', SENDGRID_BASE_URL: 'https://api.eu.sendgrid.com/' },
      {
        apiKey: 'k',
        baseUrl: 'https://api.eu.sendgrid.com',
      },
    ],
    [
      'mailgun',
      { MAILGUN_API_KEY: 'k', MAILGUN_DOMAIN: 'mg.usher.example' },
      {
        apiKey: 'k',
        domain: 'mg.usher.example',
        baseUrl: 'https://api.mailgun.net',
      },
    ],
    [
      'mailpit',
      { MAILPIT_BASE_URL: 'http://mailpit.internal:8025/inbox/' },
      {
        baseUrl: 'http://mailpit.internal:8025/inbox',
        login: null,
      },
    ],
    [
      'mailpit',
      { MAILPIT_BASE_URL: 'https://mailpit.example', MAILPIT_USER: 'u', MAILPIT_PASSWORD: 'p' },
      {
        baseUrl: 'https://mailpit.example',
        login: { user: 'u', password: 'p' },
      },
    ],
    ['cloudflare', { EMAIL }, { binding: EMAIL }],
  ])('of %s are read where it is the provider, here and in development', (provider, settings, expected) => {
    const mail = { provider, from: PRODUCTION.MAIL_FROM, ...expected }
    const chosen = { ...PRODUCTION, MAIL_PROVIDER: provider, RESEND_API_KEY: '', ...settings }
    expect(read(chosen)).toMatchObject({ mail })
    expect(read({ ...chosen, ...DEVELOPMENT, MAIL_PROVIDER: provider })).toMatchObject({ mail })
  })

  test('of events are read whoever the provider is, since the one before still sends some', () => {
    const webhooks = {
      resend: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      postmark: { user: 'usher', password: 'sixteen characters' },
      sendgrid: 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE',
      mailgun: 'a-signing-key',
    }
    expect(
      read({
        ...PRODUCTION,
        RESEND_WEBHOOK_SECRET: webhooks.resend,
        POSTMARK_WEBHOOK_USER: webhooks.postmark.user,
        POSTMARK_WEBHOOK_PASSWORD: webhooks.postmark.password,
        SENDGRID_WEBHOOK_KEY: webhooks.sendgrid,
        MAILGUN_WEBHOOK_KEY: webhooks.mailgun,
      }),
    ).toMatchObject({ webhooks })
  })

  test('of a login count when both are there, since they cannot be set at once', () => {
    expect(read({ ...PRODUCTION, POSTMARK_WEBHOOK_USER: 'usher' })).toMatchObject({
      webhooks: { postmark: null },
    })
    expect(read({ ...PRODUCTION, POSTMARK_WEBHOOK_PASSWORD: 'sixteen characters' })).toMatchObject({
      webhooks: { postmark: null },
    })
  })

  test.each(['https://usher.example/', 'https://usher.example/console?x=1#y', 'https://USHER.example:443'])(
    'take the origin alone of APP_URL: %s',
    (APP_URL) => expect(read({ ...PRODUCTION, APP_URL })).toMatchObject({ appUrl: 'https://usher.example' }),
  )
})

describe('what is missing', () => {
  test('is named all at once, each with the way to set it', () => {
    expect(problemsOf({})).toEqual(
      ['APP_URL', 'MAIL_PROVIDER', 'MAIL_FROM', 'ROOT_SECRET'].map((setting) => ({
        setting,
        problem: `${setting} is not set`,
        remedy: expect.stringContaining(setting),
      })),
    )
  })

  test.each(['APP_URL', 'MAIL_PROVIDER', 'MAIL_FROM', 'ROOT_SECRET', 'RESEND_API_KEY'])(
    'is %s, where that alone is not set',
    (setting) => expect(wrong({ ...PRODUCTION, [setting]: '' })).toEqual([setting]),
  )

  test('is the provider’s key as well, while other settings are missing too', () => {
    expect(wrong({ ...PRODUCTION, RESEND_API_KEY: '', ROOT_SECRET: '' })).toEqual([
      'ROOT_SECRET',
      'RESEND_API_KEY',
    ])
  })
})

describe('what the chosen provider needs', () => {
  test.each([
    ['resend', ['RESEND_API_KEY']],
    ['postmark', ['POSTMARK_SERVER_TOKEN']],
    ['sendgrid', ['SENDGRID_API_KEY']],
    ['mailgun', ['MAILGUN_API_KEY', 'MAILGUN_DOMAIN']],
    ['mailpit', ['MAILPIT_BASE_URL']],
  ])('is, of %s, %j', (provider, needed) => {
    expect(wrong({ ...PRODUCTION, RESEND_API_KEY: '', MAIL_PROVIDER: provider })).toEqual(needed)
  })

  test('is, of cloudflare, the binding, whose remedy is in wrangler.toml', () => {
    expect(problemsOf({ ...PRODUCTION, MAIL_PROVIDER: 'cloudflare' })).toEqual([
      {
        setting: 'MAIL_PROVIDER',
        problem: 'MAIL_PROVIDER cloudflare needs the binding EMAIL',
        remedy: expect.stringContaining('wrangler.toml'),
      },
    ])
  })
})

describe('what is wrong', () => {
  test.each([
    ['APP_URL', 'usher.example', 'must be'],
    ['APP_URL', 'ftp://usher.example', 'must be'],
    ['APP_URL', 'javascript:alert(1)', 'must be'],
    ['APP_URL', 'http://usher.example', 'must begin with https://'],
    ['MAIL_PROVIDER', 'sendmail', 'must be resend'],
    ['MAIL_PROVIDER', 'mailbox', 'npm start only'],
    ['MAIL_FROM', 'Usher', 'must be an address'],
    ['MAIL_FROM', 'Usher <a@x.test>\r\nBcc: b@x.test', 'must be an address'],
    ['MAIL_FROM', '   ', 'is empty'],
    ['RESEND_API_KEY', '   ', 'is empty'],
    ['RESEND_BASE_URL', 'api.resend.com', 'must be a URL'],
    ['MAILPIT_BASE_URL', 'file:///etc', 'must be a URL'],
    ['RESEND_WEBHOOK_SECRET', 'secret', 'must begin with whsec_'],
    ['RESEND_WEBHOOK_SECRET', 'whsec_', 'at least 16 bytes'],
    ['RESEND_WEBHOOK_SECRET', 'whsec_c2hvcnQ=', 'at least 16 bytes'],
    ['RESEND_WEBHOOK_SECRET', `whsec_${'!'.repeat(64)}`, 'at least 16 bytes'],
    ['POSTMARK_WEBHOOK_PASSWORD', 'short', 'at least 16'],
    ['MAILGUN_DOMAIN', 'https://mg.usher.example', 'must be a domain'],
    ['ROOT_SECRET', 'x'.repeat(31), 'at least 32'],
    ['ROOT_SECRET_PREVIOUS', 'x'.repeat(31), 'at least 32'],
    ['SETUP_TOKEN', 'x'.repeat(15), 'at least 16'],
    ['INVITATIONS_PER_DAY', 'many', 'whole number'],
    ['INVITATIONS_PER_DAY', '1.5', 'whole number'],
    ['MAILS_PER_ADDRESS_PER_DAY', '-1', 'negative'],
    ['MODE', 'production', 'npm start'],
    ['MODE', 'development', 'localhost only'],
  ])('is %s, where it is %j', (setting, value, words) => {
    const problems = problemsOf({ ...PRODUCTION, [setting]: value })
    expect(problems.map((problem) => problem.setting)).toContain(setting)
    const { problem } = problems.find((one) => one.setting === setting) ?? { problem: '' }
    expect(problem).toContain(setting)
    expect(problem).toContain(words)
  })

  test.each([
    'SETUP_TOKEN',
    'ROOT_SECRET',
    'RESEND_API_KEY',
    'RESEND_WEBHOOK_SECRET',
    'POSTMARK_WEBHOOK_PASSWORD',
    'APP_URL',
  ] as const)('never shows the value of %s', (setting) => {
    const value = '\tnever shown'
    expect(JSON.stringify(problemsOf({ ...PRODUCTION, MAIL_FROM: '', [setting]: value }))).not.toContain(
      'never',
    )
  })
})

describe('development', () => {
  test.each(['http://localhost:8787', 'http://127.0.0.1:8787', 'http://[::1]:8787', 'https://localhost'])(
    'is for %s',
    (APP_URL) => expect(wrong({ ...DEVELOPMENT, APP_URL })).toEqual([]),
  )

  test.each([
    'https://usher.example',
    'https://localhost.usher.example',
    'https://localhost@usher.example',
    'http://127.0.0.2',
  ])('is refused for %s', (APP_URL) => expect(wrong({ ...DEVELOPMENT, APP_URL })).toEqual(['MODE']))

  test('is refused for other addresses whatever else is wrong, and is taken back by removing MODE', () => {
    const problems = problemsOf({ MODE: 'development', APP_URL: 'https://usher.example' })
    const mode = problems.find(({ setting }) => setting === 'MODE')
    expect(mode).toMatchObject({
      problem: 'MODE is for localhost only',
      remedy: expect.stringContaining('remove'),
    })
  })
})
