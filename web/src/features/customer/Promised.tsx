import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarClock, Moon } from 'lucide-react'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { Ago, formatFull } from '@/lib/time'
import { Badge } from '@/kit/Badge'
import { ChannelMark, useChannelName } from '@/kit/ChannelMark'
import { DueBadge, StatusBadge } from '../cases/Marks'
import { Section } from './Section'
import { type Promises, promisesQuery } from './story'
import classes from './CustomerPage.module.css'

/** What the customer may count on: what was begun and is not done. */
export function Promised({ id }: { id: string }) {
  const t = useT()
  const { data, error } = useQuery(promisesQuery(id))
  const seesCases = useCan('case.read')
  if (error) return <p className={classes.wrong}>{problemText(t, error)}</p>
  const nothing = data && data.cases.length + data.conversations.length + data.planned.length === 0
  return (
    <Section title={t('customers.promises')}>
      {nothing && <p className={classes.faint}>{t('customers.promises.none')}</p>}
      <ul className={classes.list}>
        {seesCases && data?.cases.map((c) => <OpenCase key={c.id} row={c} />)}
        {data?.conversations.map((c) => <OpenTalk key={c.id} row={c} />)}
        {data?.planned.map((p) => (
          <li key={p.entry_id} className={classes.item}>
            <span className={classes.row}>
              <CalendarClock size={16} aria-hidden />
              <Link to="/conversations/$id" params={{ id: p.conversation_id }} className={classes.grow}>
                {p.subject || t('customers.promises.answer')}
              </Link>
            </span>
            <span className={classes.faint}>{t('customers.promises.planned', { at: formatFull(p.send_at, t.language) })}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function OpenCase({ row }: { row: Promises['cases'][number] }) {
  const t = useT()
  return (
    <li className={classes.item}>
      <Link to="/cases/$id" params={{ id: row.id }} search={{}} className={classes.grow}>
        #{row.number} {row.subject}
      </Link>
      <span className={classes.row}>
        <StatusBadge row={row} />
        <DueBadge row={row} />
        {row.owner && <span className={classes.faint}>{row.owner.name}</span>}
      </span>
      {row.clocks.map((c) => (
        <span key={c.kind} className={classes.faint}>
          {[t(`cases.clock.kind.${c.kind}`), c.policy_name, c.state === 'paused' ? t('cases.clock.paused') : c.due_at && formatFull(c.due_at, t.language)].filter(Boolean).join(' · ')}
        </span>
      ))}
    </li>
  )
}

function OpenTalk({ row }: { row: Promises['conversations'][number] }) {
  const t = useT()
  const channelName = useChannelName()
  return (
    <li className={classes.item}>
      <span className={classes.row}>
        <ChannelMark channel={row.channel} size={20} />
        <Link to="/conversations/$id" params={{ id: row.id }} className={classes.grow}>
          {row.subject || channelName(row.channel)}
        </Link>
        <Ago at={row.last_at} className={classes.faint} />
      </span>
      <span className={classes.row}>
        {row.unanswered_since && <Badge tone="warn">{t('customers.promises.waits')}</Badge>}
        {row.parked_until && (
          <Badge icon={<Moon size={12} aria-hidden />}>{t('customers.promises.parked', { at: formatFull(row.parked_until, t.language) })}</Badge>
        )}
        {row.agent && <span className={classes.faint}>{row.agent.name}</span>}
      </span>
    </li>
  )
}
