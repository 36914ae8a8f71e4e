import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { moved } from '@/kit/listKeys'
import { calledBy } from '../conversation/calledBy'
import { foundQuery } from './api'
import { DueBadge, StatusBadge } from './Marks'
import type { CaseRow } from './types'
import classes from './Case.module.css'

interface Props {
  /** Of which brand; a case goes together only with what is of its own. */
  brand?: string
  /** Those that cannot be chosen, as they are there already. */
  without: readonly string[]
  chosen: CaseRow | undefined
  onChoose: (row: CaseRow) => void
}

const pause = 200 // milliseconds of typing before the server is asked

/** One case, found by its number or the beginning of its subject. */
export function PickCase({ brand, without, chosen, onChoose }: Props) {
  const t = useT()
  const [typed, setTyped] = useState('')
  const [asked] = useDebouncedValue(typed.trim().replace(/^#/, ''), pause)
  const found = useQuery(foundQuery(asked, brand))
  const rows = (found.data ?? []).filter((r) => !without.includes(r.id))
  const onArrow = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = rows[moved(rows.findIndex((r) => r.id === chosen?.id), step, rows.length)]
    if (next) onChoose(next)
  }
  return (
    <div>
      <TextInput data-autofocus type="search" leftSection={<Search size={16} aria-hidden />} aria-label={t('cases.pick')} placeholder={t('cases.pick')} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} onKeyDown={onArrow} />
      <div className={classes.picks} role="radiogroup" aria-label={t('cases.title')}>
        {found.isError && !found.data && <p className={classes.faint}>{problemText(t, found.error)}</p>}
        {found.data && rows.length === 0 && <p className={classes.faint}>{t('state.nothingFound')}</p>}
        {rows.map((row) => (
          <label key={row.id} className={classes.pick} data-chosen={row.id === chosen?.id || undefined}>
            <input type="radio" name="case" checked={row.id === chosen?.id} onChange={() => onChoose(row)} />
            <span className={classes.pickText}>
              <strong>#{row.number}</strong> {row.subject}
              <span className={classes.faint}>{row.customer && calledBy(t, row.customer)}</span>
            </span>
            <span className={classes.pickMarks}>
              <StatusBadge row={row} />
              <DueBadge row={row} />
            </span>
          </label>
        ))}
      </div>
    </div>
  )
}
