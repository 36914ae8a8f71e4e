import { focusMenu } from './AgentMenu'
import { AgentSheet } from './AgentSheet'
import { BringDialog } from './BringDialog'
import { PickQueueDialog } from './PickQueueDialog'
import { useStaff } from './staff'

/** What the board asks for in a dialog. */
export type Asked = { kind: 'move' | 'add' | 'agent'; agent: string; place: string } | { kind: 'bring'; queue?: string }

interface Props {
  asked: Asked | undefined
  onAsk: (asked: Asked) => void
  onClose: () => void
}

/** The dialogs of the board. The focus goes back to the agent, who may stand elsewhere by then. */
export function BoardDialogs({ asked, onAsk, onClose }: Props) {
  const { agents } = useStaff().board
  if (!asked) return null
  if (asked.kind === 'bring') return <BringDialog queue={asked.queue} onQueue={(queue) => onAsk({ kind: 'bring', queue })} onClose={onClose} />
  const agent = agents.find((a) => a.id === asked.agent)
  if (!agent) return null
  const close = (to = asked.place) => {
    onClose()
    setTimeout(() => focusMenu(agent.id, to))
  }
  if (asked.kind === 'agent') return <AgentSheet agent={agent} onClose={() => close()} />
  return <PickQueueDialog kind={asked.kind} agent={agent} place={asked.place} onClose={close} />
}
