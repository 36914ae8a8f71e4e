import { useQuery } from '@tanstack/react-query'
import { Check, Pencil, Reply, StickyNote } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { Avatar } from '@/kit/Avatar'
import { Badge, Count } from '@/kit/Badge'
import { ChannelMark } from '@/kit/ChannelMark'
import { typingQuery } from '../conversation/api'
import { calledBy } from '../conversation/calledBy'
import { useDesk } from '../conversation/desk'
import type { Row } from '../conversation/types'
import { UnsentMark } from '../conversation/UnsentMark'
import { DeadlineChip } from './DeadlineChip'
import classes from './Row.module.css'

interface Props {
  row: Row
  open: boolean
  /** Takes the list's place in the order of the Tab key when no row is open. */
  first: boolean
  /** No longer belongs to the view; goes when the list is put in order. */
  left: boolean
  /** Chosen for a common act. */
  selected: boolean
  /** Some row is chosen: the places to choose show. */
  selecting: boolean
  compact: boolean
  onOpen: (id: string) => void
  /** Chooses the row or lets it go; with `range`, all rows up to it. */
  onSelect: (id: string, range: boolean) => void
}

const isPlain = (e: React.MouseEvent) => e.button === 0 && !e.metaKey && !e.ctrlKey && !e.altKey

/** One conversation of the list. It is a link, so that it opens in another tab as well. */
export function RowView({ row, open, first, left, selected, selecting, compact, onOpen, onSelect }: Props) {
  const t = useT()
  const { held } = useDesk()
  // An act that can still be taken back is shown as done.
  const expected = useSyncExternalStore(held.watch, () => held.expected(row.id)?.state)
  const leaving = expected === 'closed' || expected === 'queued'
  const typing = useQuery(typingQuery(row.id)).data?.find((who) => who.who === 'customer')
  return (
    <>
      <a
        href={`/conversations/${row.id}`}
        className={classes.row}
        aria-current={open || undefined}
        tabIndex={open || first ? 0 : -1}
        data-unread={row.unread > 0 || undefined}
        data-left={left || leaving || undefined}
        data-compact={compact || undefined}
        data-selected={selected || undefined}
        onClick={(e) => {
          if (!isPlain(e)) return
          e.preventDefault()
          if (e.shiftKey) onSelect(row.id, true)
          else onOpen(row.id)
        }}
      >
        <span className={classes.face}>
          <Avatar name={row.customer.name} size={compact ? 30 : 36} />
          <ChannelMark channel={row.channel} size={compact ? 15 : 18} className={classes.mark} />
        </span>
        <span className={classes.top}>
          <span className={classes.name}>{calledBy(t, row.customer)}</span>
          <Ago at={row.last_entry_at} className={classes.ago} />
        </span>
        {!compact && <SecondLine row={row} typing={typing !== undefined} />}
        <span className={classes.bottom}>
          {compact && row.draft && <DraftMark />}
          <Preview row={row} typing={compact && typing !== undefined} />
          <Marks row={row} />
        </span>
        {selected && <span className="sr-only">{t('desk.bulk.isSelected')}</span>}
      </a>
      <button
        type="button"
        className={classes.pick}
        tabIndex={-1}
        aria-pressed={selected}
        aria-label={t('desk.bulk.selectOne', { name: calledBy(t, row.customer) })}
        data-compact={compact || undefined}
        data-shown={selecting || undefined}
        onClick={(e) => onSelect(row.id, e.shiftKey)}
      >
        <span className={classes.box}>{selected && <Check size={14} strokeWidth={3} aria-hidden />}</span>
      </button>
    </>
  )
}

function SecondLine({ row, typing }: { row: Row; typing: boolean }) {
  const t = useT()
  return (
    <span className={classes.subject}>
      {row.draft && <DraftMark />}
      {typing ? <span className={classes.typing}>{t('desk.row.typing')}</span> : <span className={classes.cut}>{row.subject || row.queue?.name || t('desk.row.noSubject')}</span>}
    </span>
  )
}

function DraftMark() {
  const t = useT()
  return (
    <span className={classes.draft}>
      <Pencil size={12} aria-hidden /> {t('desk.row.draft')}
    </span>
  )
}

function Preview({ row, typing }: { row: Row; typing: boolean }) {
  const t = useT()
  if (typing) return <span className={`${classes.preview} ${classes.typing}`}>{t('desk.row.typing')}</span>
  return (
    <span className={classes.preview}>
      {row.preview_author === 'agent' && <Reply size={12} aria-label={t('desk.row.answered')} />}
      {row.preview_author === 'system' && <StickyNote size={12} aria-hidden />} {row.preview}
    </span>
  )
}

function Marks({ row }: { row: Row }) {
  const t = useT()
  return (
    <span className={classes.marks}>
      <UnsentMark conversation={row.id} />
      {(row.state === 'parked' || row.state === 'wrap_up') && <Badge tone={row.state === 'wrap_up' ? 'warn' : 'neutral'}>{t(`desk.state.${row.state}`)}</Badge>}
      <DeadlineChip row={row} />
      <Count value={row.unread} label={t('desk.row.unread', { count: row.unread })} />
    </span>
  )
}
