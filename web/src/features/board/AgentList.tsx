import { ChevronDown } from 'lucide-react'
import { type ReactNode, useState } from 'react'
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

const shownAtFirst = 8 // agents of a card; a card of two hundred would be no overview

/** The agents of a place. Those who are offline, and all beyond the first, lie folded below. */
export function AgentList({ place, agents, onAsk }: Props) {
  const t = useT()
  const mayMove = useCan('staff.move')
  const [unfolded, setUnfolded] = useState(false)
  const [all, setAll] = useState(false)
  const here = agents.filter((a) => a.activity !== 'offline')
  const offline = agents.filter((a) => a.activity === 'offline')
  if (agents.length === 0) return <p className={classes.none}>{mayMove && place !== nowhere ? t('board.dropHere') : t('board.noAgents')}</p>
  const row = (agent: BoardAgent) => <AgentRow key={agent.id} agent={agent} place={place} onAsk={onAsk} />
  return (
    <div className={classes.body}>
      {here.length > 0 && <ul className={classes.list}>{(all ? here : here.slice(0, shownAtFirst)).map(row)}</ul>}
      {here.length > shownAtFirst && (
        <Fold place={place} open={all} onFold={() => setAll(!all)}>
          {all ? t('board.fewer') : t('board.moreAgents', { count: here.length - shownAtFirst })}
        </Fold>
      )}
      {offline.length > 0 && (
        <>
          <Fold place={place} open={unfolded} onFold={() => setUnfolded(!unfolded)}>
            {t('board.offline', { count: offline.length })}
          </Fold>
          {unfolded && <ul className={classes.list}>{offline.map(row)}</ul>}
        </>
      )}
    </div>
  )
}

function Fold({ place, open, onFold, children }: { place: string; open: boolean; onFold: () => void; children: ReactNode }) {
  return (
    <button type="button" className={classes.fold} data-fold={place} aria-expanded={open} onClick={onFold}>
      <ChevronDown size={14} aria-hidden /> {children}
    </button>
  )
}
