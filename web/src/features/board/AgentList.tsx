import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { AgentRow } from './AgentRow'
import type { Asked } from './BoardDialogs'
import { nowhere } from './changes'
import type { BoardAgent } from './types'
import classes from './AgentList.module.css'

interface Props {
  place: string
  agents: readonly BoardAgent[]
  onAsk: (asked: Asked) => void
}

/** The agents of a place. Those who are offline lie folded below. */
export function AgentList({ place, agents, onAsk }: Props) {
  const t = useT()
  const mayMove = useCan('staff.move')
  const [unfolded, setUnfolded] = useState(false)
  const here = agents.filter((a) => a.activity !== 'offline')
  const offline = agents.filter((a) => a.activity === 'offline')
  if (agents.length === 0) return <p className={classes.none}>{mayMove && place !== nowhere ? t('board.dropHere') : t('board.noAgents')}</p>
  const row = (agent: BoardAgent) => <AgentRow key={agent.id} agent={agent} place={place} onAsk={onAsk} />
  return (
    <div className={classes.body}>
      {here.length > 0 && <ul className={classes.list}>{here.map(row)}</ul>}
      {offline.length > 0 && (
        <>
          <button type="button" className={classes.fold} aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
            <ChevronDown size={14} aria-hidden /> {t('board.offline', { count: offline.length })}
          </button>
          {unfolded && <ul className={classes.list}>{offline.map(row)}</ul>}
        </>
      )}
    </div>
  )
}
