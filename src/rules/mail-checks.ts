/**
 * What can be said of the mail provider without sending anything. A problem names the setting that mends it, or
 * null where it is mended elsewhere, and says how. Both are for admins: short, plain, without secrets.
 */
export type MailCheck =
  | { kind: 'ok'; detail: string }
  | { kind: 'problem'; problem: string; setting: string | null; remedy: string }
