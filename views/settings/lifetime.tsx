import type { FC } from 'hono/jsx'
import type { FieldErrors } from '../../src/rules/refusals'
import {
  LIFETIME_PRESETS,
  LIFETIME_UNITS,
  type LifetimeChoice,
  lifetimeWords,
} from '../../src/rules/settings'

/** How long an invitation lasts: a preset, or an amount of one's own. */
export const LifetimeField: FC<{ chosen: LifetimeChoice; errors: FieldErrors }> = ({ chosen, errors }) => {
  const error = errors.invitationLifetime
  const id = 'field-invitationLifetime'
  return (
    <fieldset class="choices" data-presets aria-describedby={error ? `${id}-hint ${id}-error` : `${id}-hint`}>
      <legend>How long an invitation lasts</legend>
      <p data-hint id={`${id}-hint`}>
        From its sending, and again from each resending. From 1 hour to 30 days.
      </p>
      {LIFETIME_PRESETS.map((seconds) => (
        <label>
          <input type="radio" name="lifetime" value={seconds} checked={chosen.choice === String(seconds)} />
          <strong>{lifetimeWords(seconds)}</strong>
        </label>
      ))}
      <div class="custom" data-custom>
        <label>
          <input type="radio" name="lifetime" value="custom" checked={chosen.choice === 'custom'} />
          <strong>Custom</strong>
        </label>
        <input
          type="text"
          inputmode="decimal"
          name="lifetimeAmount"
          id={id}
          value={chosen.amount}
          maxlength={10}
          autocomplete="off"
          aria-label="Custom lifetime"
          {...(error && { 'aria-invalid': 'true', 'aria-describedby': `${id}-error`, autofocus: true })}
        />
        <select name="lifetimeUnit" aria-label="Unit of the custom lifetime">
          {LIFETIME_UNITS.map((unit) => (
            <option value={unit} selected={unit === chosen.unit}>
              {unit}
            </option>
          ))}
        </select>
      </div>
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </fieldset>
  )
}
