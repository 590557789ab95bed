// Writes the demo's rows, with the very rules and password hashing of src/: Node takes the types off, and only has
// to be told that an import without an ending is one of TypeScript.
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { getPlatformProxy } from 'wrangler'

registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier.startsWith('.') && context.parentURL?.endsWith('.ts') ? `${specifier}.ts` : specifier,
      context,
    ),
})
const { makeDemo } = await import('./organization.ts')
const { DEMO, isTaken, writeRows } = await import('./rows.ts')
const { hashPassword } = await import('../../src/passwords.ts')
const { deriveKeys } = await import('../../src/rules/tokens.ts')

const { DEMO_STATE, DEMO_APP_URL, DEMO_MAIL_FROM, DEMO_ROOT_SECRET } = process.env
const PASSWORD = 'lantern orbit meadow'

const { env, dispose } = await getPlatformProxy({
  configPath: 'wrangler.toml',
  persist: { path: join(DEMO_STATE, 'v3') },
  // Whatever a configuration may say: the database of this machine, and no other.
  remoteBindings: false,
})
try {
  if (await isTaken(env.DB)) {
    console.error(
      `There is an organization with the slug ${DEMO.slug} that this command did not make. Nothing was changed.`,
    )
    process.exitCode = 1
  } else {
    const demo = makeDemo({
      now: Date.now(),
      key: deriveKeys(DEMO_ROOT_SECRET).link,
      mail: { from: DEMO_MAIL_FROM, appUrl: DEMO_APP_URL },
      passwordHash: await hashPassword(PASSWORD),
    })
    await patiently(() => writeRows(env.DB, demo.rows))
    tell(demo)
  }
} finally {
  await dispose()
}

/** A running npm start may be writing at this very moment: the file takes one of the two at a time. */
async function patiently(work) {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === 10 || !/busy|locked/i.test(error.message)) throw error
      await sleep(300)
    }
  }
}

function tell({ rows, signIns }) {
  const counts = [
    [rows.member, 'members'],
    [rows.invitation, 'invitations'],
    [rows.audit_event, 'audit events'],
  ].map(([all, what]) => `${all.length} ${what}`)
  const people = signIns.map(({ role, address }) => `    ${role.padEnd(7)} ${address}`)
  console.log(`
  ${DEMO.name} is there: ${counts.join(', ')}.

  Sign in    ${DEMO_APP_URL}/o/${DEMO.slug}/sign-in   (npm start has to be running)
${people.join('\n')}
    all with the password: ${PASSWORD}
  Then see   /o/${DEMO.slug}   /o/${DEMO.slug}/members   /o/${DEMO.slug}/invitations   /o/${DEMO.slug}/audit-log   /o/${DEMO.slug}/settings/email
  Mailbox    ${DEMO_APP_URL}/mailbox   (links of its pending invitations work)

  Run it again to start anew: it replaces what it made, and nothing else.
`)
}
