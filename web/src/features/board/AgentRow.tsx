import { GripVertical } from 'lucide-react'
import { useRef } from 'react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { Avatar } from '@/kit/Avatar'
import { Badge, Dot } from '@/kit/Badge'
import { Timer } from '@/kit/Timer'
import { AgentMenu } from './AgentMenu'
import type { Asked } from './BoardDialogs'
import { useDraggable } from './drag'
import type { BoardAgent } from './types'
import { activitySince, activityTones, activityWord } from './wording'
import classes from './AgentList.module.css'

/** An agent at a place, with what they do and the ways to move them. */
export function AgentRow({ agent, place, onAsk }: { agent: BoardAgent; place: string; onAsk: (asked: Asked) => void }) {
  const t = useT()
  const row = useRef<HTMLLIElement>(null)
  const handle = useRef<HTMLSpanElement>(null)
  const mayMove = useCan('staff.move')
  const lifted = useDraggable(row, handle, { agent: agent.id, from: place }, mayMove)
  const paused = agent.queues.some((q) => q.id === place && !q.enabled)
  return (
    <li ref={row} className={classes.row} data-lifted={lifted || undefined}>
      {mayMove && (
        <span ref={handle} className={classes.grip} aria-hidden title={t('board.drag')}>
          <GripVertical size={14} />
        </span>
      )}
      <button type="button" className={classes.who} onClick={() => onAsk({ kind: 'agent', agent: agent.id, place })}>
        <Avatar name={agent.name} size={30} />
        <span className={classes.text}>
          <span className={classes.name}>{agent.name}</span>
          <Doing agent={agent} />
        </span>
      </button>
      {paused && <Badge tone="warn">{t('board.paused')}</Badge>}
      <AgentMenu agent={agent} place={place} onAsk={onAsk} />
    </li>
  )
}

/** What an agent does, and for how long. */
export function Doing({ agent }: { agent: BoardAgent }) {
  const t = useT()
  const since = agent.activity === 'offline' ? undefined : activitySince(agent)
  return (
    <span className={classes.doing}>
      <Dot tone={activityTones[agent.activity]} />
      <span className={classes.word}>{activityWord(t, agent)}</span>
      {since && (
        <>
          {' · '}
          <Timer since={since} />
        </>
      )}
      {agent.next && <span className={classes.next}> → {t(`presence.${agent.next}`)}</span>}
    </span>
  )
}
