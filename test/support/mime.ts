import { Buffer } from 'node:buffer'
import PostalMime, { type Email } from 'postal-mime'
import { senderOf } from '../../src/outbound/sender'

type Mail = {
  from: string
  to: string
  subject: string
  html: string
  text: string
  headers: Record<string, string>
}

const base64 = (text: string): string => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n')
/** RFC 2047; a long name is many words, each of at most 75 characters. */
const encoded = (text: string): string => {
  const words = ['']
  for (const letter of text) {
    const longer = (words.at(-1) ?? '') + letter
    if (Buffer.byteLength(longer) > 42) words.push(letter)
    else words[words.length - 1] = longer
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ')
}

/** What the recipient's program gets: the mail in MIME, as a provider writes it, read again. */
export const received = (mail: Mail): Promise<Email> => {
  const { name, address } = senderOf(mail.from)
  const part = (type: string, body: string) =>
    `--part\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(body)}\r\n`
  return PostalMime.parse(
    [
      `From: ${name === null ? address : `${encoded(name)} <${address}>`}`,
      `To: ${mail.to}`,
      `Subject: ${encoded(mail.subject)}`,
      ...Object.entries(mail.headers).map(([header, value]) => `${header}: ${value}`),
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary=part',
      '',
      `${part('text/plain', mail.text)}${part('text/html', mail.html)}--part--`,
    ].join('\r\n'),
  )
}
