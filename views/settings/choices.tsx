import type { Child, FC } from 'hono/jsx'
import type { FieldErrors } from '../../src/rules/refusals'

export type Option<T extends string = string> = { value: T; label: string; words: string }

type Props = {
  name: string
  legend: string
  hint?: string
  options: readonly Option[]
  value: string
  errors: FieldErrors
  /** What else belongs to it. */
  children?: Child
}

/** A setting of a few ways, each explained. */
export const Choices: FC<Props> = ({ name, legend, hint, options, value, errors, children }) => {
  const error = errors[name]
  const describedBy = [hint && `field-${name}-hint`, error && `field-${name}-error`].filter(Boolean).join(' ')
  return (
    <fieldset class="choices" {...(describedBy && { 'aria-describedby': describedBy })}>
      <legend>{legend}</legend>
      {hint && (
        <p data-hint id={`field-${name}-hint`}>
          {hint}
        </p>
      )}
      {options.map((option) => (
        <label>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            aria-invalid={error ? 'true' : undefined}
          />
          <span>
            <strong>{option.label}</strong> <small>{option.words}</small>
          </span>
        </label>
      ))}
      {error && (
        <p class="error" id={`field-${name}-error`}>
          {error}
        </p>
      )}
      {children}
    </fieldset>
  )
}

/** A tick that is posted either way. */
export const Tick: FC<{ name: string; label: string; value: string }> = ({ name, label, value }) => (
  <label class="toggle">
    <input type="hidden" name={name} value="no" />
    <input type="checkbox" name={name} value="yes" checked={value === 'yes'} />
    <strong>{label}</strong>
  </label>
)
