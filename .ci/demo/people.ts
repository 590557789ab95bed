import { canonicalAddress } from '../../src/rules/addresses'
import { type Language, languageOf } from '../../src/rules/languages'
import type { Chance } from './random'

export type Person = {
  first: string
  last: string
  name: string
  typed: string
  address: string
  /** In which they are invited: colleagues speak English, whatever else they speak. */
  language: Language
}

/** First and last names, a line a language; `|` parts them, and from what some are written to in. */
const NAMES = `
Astrid Freja Linnéa Mads Søren Ebba | Lindqvist Østergård Sjöberg Nygaard Dahl
Jürgen Anneliese Matthias Friederike Lena Ömer | Weiß Krüger Brandt Hölzl Yıldız | de
Chloé Théo Maëlle Étienne Inès Noé | Lefèvre Moreau Dubois Rousseau Gauthier | fr
Giulia Matteo Chiara Niccolò Elena Dario | Ferrari Bianchi Esposito Ricci Marchetti
María Íñigo Lucía Álvaro Carmen Nuria | Fernández Ibáñez Muñoz Ortega Serrano
João Beatriz Tomás Leonor Inês Rui | Gonçalves Almeida Conceição Pereira Tavares
Zofia Łukasz Małgorzata Paweł Kinga Marek | Kowalczyk Wiśniewski Zając Dąbrowska Nowak
Jana Ondřej Tereza Matěj Ivana Zdeněk | Dvořáková Novotný Procházka Černý Králová
Aoife Ciarán Niamh Fergus Saoirse Declan | Byrne Gallagher Doyle Kavanagh Nolan
Yuki Haruto Sakura Ren Aiko Kenji | Tanaka Fujimoto Nakamura Ishikawa Mori | ja
Mei Wei Lan Jun Xiu Hao | Chen Zhang Liu Huang Zhou
Priya Arjun Ananya Rohan Kavya Vikram | Iyer Chatterjee Nair Deshpande Reddy
Amara Chidi Ngozi Kwame Abena Tunde | Okafor Mensah Adeyemi Boateng Eze
Leïla Karim Yasmine Omar Nadia Tariq | Haddad Benali Mansour El-Amin Rahmani
Eleni Nikos Katerina Giorgos Despina Yannis | Papadopoulou Georgiou Nikolaidis Vlachou Kostas
`

const LATIN: Record<string, string> = {
  ø: 'o',
  Ø: 'O',
  ß: 'ss',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
  ü: 'ue',
  Ü: 'Ue',
  ö: 'oe',
  Ö: 'Oe',
}

/** A name as it stands in an address. */
const local = (name: string): string =>
  name
    .replace(/[øØßłŁıüÜöÖ]/g, (letter) => LATIN[letter] ?? letter)
    .normalize('NFKD')
    .replace(/[^A-Za-z-]/g, '')

const ELSEWHERE = [
  'example.com',
  'example.org',
  'atlas-partners.example',
  'meridian-survey.example',
  'fjordworks.example',
]

/** Each language gives its names in turn, so that neighbours in a list rarely share one; no name comes twice. */
const everyName = (): [first: string, last: string, language: Language][] => {
  const languages = NAMES.trim()
    .split('\n')
    .map((line) => line.split('|').map((half) => half.trim().split(' ')))
  const rounds = 30
  return Array.from({ length: rounds }, (_, round) =>
    languages.map(([firsts = [], lasts = [], tags = []], at): [string, string, Language] => {
      const first = firsts[(round + at) % firsts.length] ?? ''
      const last = lasts[(Math.floor(round / firsts.length) + round + at) % lasts.length] ?? ''
      return [first, last, languageOf(tags[0])]
    }),
  ).flat()
}

/** People without end, each with an address of their own: the first `colleagues` at the organization's domain. */
export const createPeople = (chance: Chance, domain: string, colleagues: number) => {
  const names = everyName()
  const known = new Set<string>()
  let taken = 0
  const addressOf = (first: string, last: string): string => {
    if (taken <= colleagues || chance.hit(0.25)) return `${first}.${last}@${domain}`
    const front = chance.pick([`${first}.${last}`, `${first.slice(0, 1)}.${last}`, first + last])
    const typed = `${front}@${chance.pick(ELSEWHERE)}`
    return known.has(canonicalAddress(typed)) ? `${first}.${last}.${taken}@example.net` : typed
  }
  return (): Person => {
    const [first, last, spoken] = names[taken] ?? ['', '', 'en']
    if (!first) throw new Error('There are no names left')
    taken += 1
    const written = addressOf(local(first), local(last))
    const typed = chance.hit(0.15) ? written : written.toLowerCase()
    const address = canonicalAddress(typed)
    known.add(address)
    const language = address.endsWith(`@${domain}`) ? 'en' : spoken
    return { first, last, name: `${first} ${last}`, typed, address, language }
  }
}
