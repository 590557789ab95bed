import type { FC } from 'hono/jsx'

export type ConfirmProps<Target extends { id: string; typed: string }> = {
  slug: string
  inDialog: boolean
  targets: readonly Target[]
  /** The page it was opened from, and its word. */
  back: string
  from: string
  change: string
}

type Props = { from: string; label: string; targets: readonly { id: string; typed: string }[] }

/** Whom something final concerns, by name. */
export const Targets: FC<Props> = ({ from, label, targets }) => (
  <>
    <input type="hidden" name="from" value={from} />
    <ul class="targets" tabindex={0} aria-label={label}>
      {targets.map((target) => (
        <li>
          <input type="hidden" name="id" value={target.id} />
          {target.typed}
        </li>
      ))}
    </ul>
  </>
)
