import { TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { matchesText } from '@/kit/Choose'
import { AgentList } from './AgentList'
import type { Asked } from './BoardDialogs'
import { nowhere } from './changes'
import { useDragged, useDropPlace } from './drag'
import { QueueHead } from './QueueHead'
import { useStaff } from './staff'
import { useMoves } from './useMoves'
import type { View } from './view'
import classes from './Board.module.css'

const searchableFrom = 13 // queues; fewer are seen at a glance

interface Props {
  view: View
  onAsk: (asked: Asked) => void
}

/** The queues with their agents, who are dragged from one to another. */
export function QueueCards({ view, onAsk }: Props) {
  const t = useT()
  const dragged = useDragged()
  const [typed, setTyped] = useState('')
  const many = view.queues.length >= searchableFrom
  const shown = many ? queuesFound(view, typed) : view.queues
  const idleShown = view.idle.length > 0 || (dragged !== undefined && dragged.from !== nowhere)
  return (
    <>
      {many && <TextInput className={classes.find} type="search" leftSection={<Search size={15} aria-hidden />} aria-label={t('board.find')} placeholder={t('board.find')} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} />}
      {shown.length === 0 && (
        <p className={classes.faint} role="status">
          {t('state.nothingFound')}
        </p>
      )}
      <ul className={classes.queues} aria-label={t('board.queues')}>
        {shown.map((queue) => (
          <Place key={queue.id} id={queue.id}>
            <QueueHead queue={queue} agents={view.members.get(queue.id) ?? []} />
            <AgentList place={queue.id} agents={view.members.get(queue.id) ?? []} onAsk={onAsk} />
          </Place>
        ))}
        {idleShown && (
          <Place id={nowhere}>
            <header className={classes.idleHead}>
              <h2>{t('board.noQueue')}</h2>
              <p className={classes.faint}>{t('board.noQueueText')}</p>
            </header>
            <AgentList place={nowhere} agents={view.idle} onAsk={onAsk} />
          </Place>
        )}
      </ul>
    </>
  )
}

/** The queues with what was typed in their name, or in that of one of their agents. */
function queuesFound({ queues, members }: View, typed: string) {
  if (typed.trim() === '') return queues
  return queues.filter((q) => matchesText(q.name, typed) || members.get(q.id)?.some((a) => matchesText(a.name, typed)))
}

/** A card that takes agents who are dropped on it. */
function Place({ id, children }: { id: string; children: ReactNode }) {
  const card = useRef<HTMLLIElement>(null)
  const { board } = useStaff()
  const { drop } = useMoves()
  const mayMove = useCan('staff.move')
  const over = useDropPlace(card, id, ({ agent, from }) => {
    const found = board.agents.find((a) => a.id === agent)
    if (found && mayMove) drop(found, from, id)
  })
  return (
    <li ref={card} className={classes.card} data-over={over || undefined}>
      {children}
    </li>
  )
}
