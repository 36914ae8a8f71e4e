import { Link } from '@tanstack/react-router'
import { useT } from '@/lib/i18n'
import { Avatar } from '@/kit/Avatar'
import { calledBy } from '../conversation/calledBy'
import { DueBadge, PriorityMark, StatusBadge } from './Marks'
import type { CaseRow } from './types'
import classes from './Cases.module.css'

interface Props {
  row: CaseRow
  current: boolean
  /** Takes the list's place in the order of the Tab key when no row has it. */
  first: boolean
  /** No longer belongs to the view; goes when the list is asked anew. */
  left: boolean
  onFocus: () => void
}

/** One case of the list, a link to its own screen. */
export function CaseRowView({ row, current, first, left, onFocus }: Props) {
  const t = useT()
  return (
    <Link to="/cases/$id" params={{ id: row.id }} className={classes.row} aria-current={current || undefined} tabIndex={current || first ? 0 : -1} data-left={left || undefined} onFocus={onFocus}>
      <span className={classes.rowNumber}>#{row.number}</span>
      <span className={classes.rowText}>
        <span className={classes.rowSubject}>{row.subject || t('cases.noSubject')}</span>
        <span className={classes.rowNote}>{[row.customer && calledBy(t, row.customer), row.topic, ...row.tags.map((tag) => `#${tag}`)].filter(Boolean).join(' · ')}</span>
      </span>
      <span className={classes.rowMarks}>
        <span>
          <PriorityMark priority={row.priority} />
        </span>
        <StatusBadge row={row} />
        <DueBadge row={row} />
      </span>
      <span className={classes.rowOwner}>
        {row.owner ? (
          <>
            <Avatar name={row.owner.name} size={24} />
            <span>{row.owner.name}</span>
          </>
        ) : (
          <span>{row.team?.name ?? t('cases.noOwner')}</span>
        )}
      </span>
    </Link>
  )
}
