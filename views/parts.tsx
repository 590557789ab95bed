import { type Child, createContext, type FC, useContext } from 'hono/jsx'
import { dayWords, exactWords } from '../src/rules/dates'
import type { Language } from '../src/rules/languages'
import type { FieldErrors } from '../src/rules/refusals'

/** The time zone that a page's days and times are of: the organization's. */
export const TimeZone = createContext('UTC')

type WhenProps = {
  at: number
  also?: string | undefined
  /** English for whoever uses the console. */
  language?: Language
  /** The sentence that the day stands in, where it is a translated one. */
  say?: (day: string) => string
}

/** A day like Mar 1, 2026; the exact moment in `datetime` and on hover, with more behind it where that helps. */
export const When: FC<WhenProps> = ({ at, also, language, say = (day) => day }) => {
  const timeZone = useContext(TimeZone)
  const exact = exactWords(at, timeZone, language)
  return (
    <time datetime={new Date(at).toISOString()} title={also ? `${exact} · ${also}` : exact}>
      {say(dayWords(at, timeZone, language))}
    </time>
  )
}

/** An address that breaks before its domain where it does not fit, rather than anywhere. */
export const Address: FC<{ typed: string }> = ({ typed }) => {
  const domain = typed.lastIndexOf('@') + 1
  return (
    <>
      {typed.slice(0, domain)}
      <wbr />
      {typed.slice(domain)}
    </>
  )
}

type Variant = 'info' | 'success' | 'warning' | 'danger' | 'secondary'
export const Badge: FC<{ variant: Variant; title?: string | undefined; children?: Child }> = ({
  variant,
  title,
  children,
}) => (
  <span class="badge" data-variant={variant} title={title}>
    {children}
  </span>
)

const initials = (name: string): string => {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  const first = words[0] ?? ''
  const last = words.length > 1 ? (words.at(-1) ?? '') : ''
  return `${[...first][0] ?? '?'}${[...last][0] ?? ''}`.toUpperCase()
}

type PersonProps = { name: string; address: string; href?: string | undefined }

/** Somebody: initials, name and address; the address alone for who has no name. */
export const Person: FC<PersonProps> = ({ name, address, href }) => {
  const shown = name || <Address typed={address} />
  return (
    <span class="person">
      <span class="avatar" aria-hidden="true">
        {initials(name || address.replace(/@.*/, ''))}
      </span>
      <span>
        <strong>{href ? <a href={href}>{shown}</a> : shown}</strong>
        {name && address && (
          <small>
            <Address typed={address} />
          </small>
        )}
      </span>
    </span>
  )
}

type FieldProps = {
  name: string
  label: string
  errors: FieldErrors
  hint?: string | undefined
  children: (described: {
    id: string
    'aria-describedby'?: string
    'aria-invalid'?: 'true'
    autofocus?: true
  }) => Child
}

/** Whether some field has an error: the first of them has the focus then. */
export const hasInvalid = (errors: FieldErrors): boolean =>
  Object.keys(errors).some((name) => name !== 'form')

/** A labelled control with its hint and its error beside it. */
export const Field: FC<FieldProps> = ({ name, label, errors, hint, children }) => {
  const id = `field-${name}`
  const error = errors[name]
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div data-field={error ? 'error' : ''}>
      <label for={id}>{label}</label>
      {children({
        id,
        ...(describedBy && { 'aria-describedby': describedBy }),
        ...(error && { 'aria-invalid': 'true' as const, autofocus: true as const }),
      })}
      {hint && (
        <p data-hint id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  )
}

type InputProps = {
  name: string
  label: string
  errors: FieldErrors
  hint?: string
  type?: 'text' | 'email' | 'password'
  value?: string
  autocomplete: string
  required?: boolean
  autofocus?: boolean
  maxlength?: number
  minlength?: number
}

export const Input: FC<InputProps> = ({ name, label, errors, hint, type = 'text', autofocus, ...rest }) => (
  <Field name={name} label={label} errors={errors} hint={hint}>
    {(described) => (
      <input type={type} name={name} autofocus={autofocus && !hasInvalid(errors)} {...rest} {...described} />
    )}
  </Field>
)

/** What is wrong with the form as a whole; read out when it appears. */
export const FormError: FC<{ message: string | undefined }> = ({ message }) =>
  message ? (
    <div role="alert" data-variant="danger">
      {message}
    </div>
  ) : null

export type Notice = { words: string; variant: 'success' | 'warning' | 'danger' }

/** A page that helps on. */
export type Way = { href: string; label: string }

type ToastProps = { notice: Notice; ways?: readonly Way[]; children?: Child }

/** A passing word; what went wrong stays until it is dismissed. */
export const Toast: FC<ToastProps> = ({ notice, ways = [], children }) => (
  <div class="toast" data-variant={notice.variant}>
    {notice.words}
    {ways.map(({ href, label }) => (
      <>
        {' '}
        <a href={href}>{label}</a>
      </>
    ))}
    {children}
    {notice.variant !== 'success' && (
      <button type="button" class="ghost small" aria-label="Dismiss" data-dismiss></button>
    )}
  </div>
)
