import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { matchesText } from '@/kit/Choose'
import { Dialog } from '@/kit/overlays'
import { QueueChoice } from './QueueChoice'
import { useStaff } from './staff'
import type { BoardAgent } from './types'
import { useMoves } from './useMoves'
import { useByName } from './wording'
import classes from './Dialogs.module.css'

const searchableFrom = 8

interface Props {
  kind: 'move' | 'add'
  agent: BoardAgent
  place: string
  /** Closed, with the place where the agent stands now if that has changed. */
  onClose: (place?: string) => void
}

/** Asks for the queue that an agent is to be moved or added to. */
export function PickQueueDialog({ kind, agent, place, onClose }: Props) {
  const t = useT()
  const { board } = useStaff()
  const { make, setMember } = useMoves()
  const [typed, setTyped] = useState('')
  const from = board.queues.find((q) => q.id === place)?.name ?? ''
  const open = board.queues.filter((q) => !agent.queues.some((s) => s.id === q.id)).toSorted(useByName())
  const shown = open.filter((q) => matchesText(q.name, typed))
  const choose = (to: string) => {
    if (kind === 'move') void make(agent, { kind: 'move', agent: agent.id, from: place, to })
    else void setMember(agent, to, true)
    onClose(kind === 'move' ? to : undefined)
  }
  return (
    <Dialog opened returnFocus={false} onClose={() => onClose()} title={kind === 'move' ? t('board.moveTitle', { name: agent.name, from }) : t('board.addTitle', { name: agent.name })}>
      {open.length >= searchableFrom && <TextInput data-autofocus value={typed} onChange={(e) => setTyped(e.currentTarget.value)} placeholder={t('board.findQueue')} aria-label={t('board.findQueue')} mb="sm" />}
      {shown.length === 0 && <p className={classes.faint}>{open.length === 0 ? t('board.inAll') : t('state.nothingFound')}</p>}
      <ul className={classes.list}>
        {shown.map((queue, i) => (
          <li key={queue.id}>
            <QueueChoice queue={queue} first={i === 0} onChoose={() => choose(queue.id)} />
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
