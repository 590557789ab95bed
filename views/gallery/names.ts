/** Names as people really have them, and the longest that fit. */
export const APP_URL = 'https://usher.example'
export const AT = Date.UTC(2026, 2, 8, 12)

const LONGEST =
  'Nordrhein-Westfälische Gesellschaft für Donaudampfschifffahrtselektrizitäten und Verwandtes mbH & Co'

export type Who = { organization: string; inviter: string; to: string }

export const PLAIN: Who = { organization: 'Acme', inviter: 'Ada Admin', to: 'jane@example.com' }
export const LONG: Who = {
  organization: LONGEST,
  inviter:
    'Maximiliana-Theodora Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh y Fernández de la Reguera',
  to: `${'a-very-long-local-part-'.repeat(2)}of-an-address@a-rather-long-department.of-a-long-company-name.example.com`,
}
export const RIGHT_TO_LEFT: Who = {
  organization: 'شركة النور',
  inviter: 'ليلى حداد',
  to: 'layla@example.com',
}
export const EAST_ASIAN: Who = {
  organization: '株式会社山田製作所',
  inviter: '山田 花子',
  to: 'hanako@example.com',
}

export const NOTE = 'Welcome aboard!\n\nYour desk is on the second floor, and lunch is at noon.'
export const LONGEST_NOTE = 'So much to say & so few characters: <everything> counts. '
  .repeat(9)
  .slice(0, 500)
