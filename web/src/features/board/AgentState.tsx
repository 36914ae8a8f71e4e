import { Select, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { awayReasonsQuery } from '@/shell/presence'
import { isWorking } from './changes'
import type { BoardAgent, PresenceState } from './types'
import { useMoves } from './useMoves'
import classes from './AgentSheet.module.css'

const awayPrefix = 'away:'

/** Sets somebody's state for them, at once or when their present work ends. */
export function AgentState({ agent }: { agent: BoardAgent }) {
  const t = useT()
  const { make } = useMoves()
  const reasons = useQuery(awayReasonsQuery).data ?? []
  const [later, setLater] = useState(true)
  const working = isWorking(agent)
  const options = [{ value: 'available', label: t('presence.available') }, ...reasons.map((r) => ({ value: awayPrefix + r.id, label: r.name })), { value: 'offline', label: t('presence.offline') }]
  const value = agent.presence === 'away' ? awayPrefix + (agent.reason_id ?? '') : agent.presence
  const set = (next: string | null) => {
    if (!next || next === value) return
    const reason = reasons.find((r) => awayPrefix + r.id === next)
    const state: PresenceState = reason ? 'away' : next === 'available' ? 'available' : 'offline'
    void make(agent, { kind: 'presence', agent: agent.id, state, reasonId: reason?.id, reason: reason?.name, next: working && later, at: new Date().toISOString() })
  }
  return (
    <section className={classes.section}>
      <Select label={t('board.presence')} data={options} value={options.some((o) => o.value === value) ? value : null} placeholder={agent.reason ?? t('presence.away')} onChange={set} />
      {working && <Switch checked={later} onChange={(e) => setLater(e.currentTarget.checked)} label={t('board.afterWork')} />}
    </section>
  )
}
