import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { formatDay, formatDuration, formatFull, formatTime, useNow } from '@/lib/time'
import { Badge, type Tone } from '@/kit/Badge'
import { ChannelMark } from '@/kit/ChannelMark'
import type { RowKind } from './registry'
import type { Drilled } from './types'
import classes from './Drill.module.css'

const tones: Record<string, Tone> = { answered: 'ok', accepted: 'ok', abandoned: 'danger', missed: 'danger', declined: 'warn' }

/** One thing that was counted: whose it was, when, how long it took and what became of it. */
export function DrilledRow({ row, kind, timeZone }: { row: Drilled; kind: RowKind; timeZone?: string }) {
  const t = useT()
  const now = useNow('minute')
  const who = [row.agent?.name, row.queue?.name].filter(Boolean).join(' · ')
  return (
    <li className={classes.item}>
      <Way to={row.conversation_id}>
        <ChannelMark channel={row.channel} />
        <span className={classes.main}>
          <span className={classes.customer}>{row.customer || t('figures.noName')}</span>
          <span className={classes.who}>{who}</span>
        </span>
        <span className={classes.side}>
          <time dateTime={row.at} title={formatFull(row.at, t.language, timeZone)}>
            {formatDay(row.at, t.language, now, timeZone)} {formatTime(row.at, t.language, timeZone)}
          </time>
          <span className={classes.what}>
            {row.stars ? <Stars count={row.stars} /> : <Result row={row} kind={kind} />}
            {row.took_s !== undefined && <span className="num">{formatDuration(row.took_s * 1000)}</span>}
          </span>
        </span>
      </Way>
    </li>
  )
}

/** Leads to the conversation, for those who may read it. */
function Way({ to, children }: { to: string; children: ReactNode }) {
  const allowed = useCan('conversation.read')
  if (!allowed) return <span className={classes.row}>{children}</span>
  return (
    <Link to="/conversations/$id" params={{ id: to }} className={classes.row}>
      {children}
      <ChevronRight size={16} className={classes.chevron} aria-hidden />
    </Link>
  )
}

function Result({ row, kind }: { row: Drilled; kind: RowKind }) {
  const t = useT()
  const result = row.result || (kind === 'open' ? 'open' : '')
  const word = t.maybe(`figures.result.${result}`)
  return word ? <Badge tone={tones[result]}>{word}</Badge> : null
}

function Stars({ count }: { count: number }) {
  const t = useT()
  return (
    <span className={classes.stars}>
      <span aria-hidden>{'★'.repeat(count) + '☆'.repeat(Math.max(0, 5 - count))}</span>
      <span className="sr-only">{t('figures.stars', { count })}</span>
    </span>
  )
}
