import type { ReactNode } from 'react'
import { useT } from '@/lib/i18n'
import type { Tone } from '@/kit/Badge'
import { Definition } from './Definition'
import type { FigureId } from './registry'
import classes from './NumberStrip.module.css'

/** A number large enough to be read in passing. */
export interface BigNumber {
  id: FigureId
  value: string
  tone?: Tone
  hint?: ReactNode
  hintTone?: Tone
  /** Opens the rows behind it. */
  onOpen?: () => void
}

/** The numbers that are looked at first, each with its definition and the way to its rows. */
export function NumberStrip({ numbers, label, stale }: { numbers: readonly BigNumber[]; label: string; stale?: boolean }) {
  return (
    <ul className={classes.strip} aria-label={label} data-stale={stale || undefined}>
      {numbers.map((number) => (
        <li key={number.id} className={classes.cell}>
          <Definition id={number.id} className={classes.label} />
          <Value {...number} />
          <span className={classes.hint} data-tone={number.hintTone}>
            {number.hint}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Value({ id, value, tone, onOpen }: BigNumber) {
  const t = useT()
  if (!onOpen) {
    return (
      <span className={classes.value} data-tone={tone}>
        {value}
      </span>
    )
  }
  return (
    <button type="button" className={classes.value} data-tone={tone} onClick={onOpen} title={t('figures.showRows')}>
      {value}
      <span className="sr-only">
        {' '}
        {t(`figures.name.${id}`)}. {t('figures.showRows')}
      </span>
    </button>
  )
}
