import { ActionIcon, Menu } from '@mantine/core'
import { ArrowRight, Ellipsis, LogOut, Pause, Play, Plus, UserRound } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import type { Asked } from './BoardDialogs'
import { nowhere } from './changes'
import type { BoardAgent } from './types'
import { useMoves } from './useMoves'

const nameOf = (agent: string, place: string) => `${agent}@${place}`

/** Gives the focus to an agent's menu at a place, or to what the agent lies folded under. */
export function focusMenu(agent: string, place: string) {
  const menu = document.querySelector<HTMLElement>(`[data-agent="${CSS.escape(nameOf(agent, place))}"]`)
  ;(menu ?? document.querySelector<HTMLElement>(`[data-fold="${CSS.escape(place)}"]`))?.focus()
}

/** Everything that dragging does, and more, without dragging. */
export function AgentMenu({ agent, place, onAsk }: { agent: BoardAgent; place: string; onAsk: (asked: Asked) => void }) {
  const t = useT()
  const mayMove = useCan('staff.move')
  return (
    <Menu position="bottom-end" width={220} keepMounted={false}>
      <Menu.Target>
        <ActionIcon data-agent={nameOf(agent.id, place)} aria-label={t('board.menu', { name: agent.name })}>
          <Ellipsis size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayMove && place !== nowhere && <HereItems agent={agent} place={place} onAsk={onAsk} />}
        {mayMove && (
          <Menu.Item leftSection={<Plus size={16} />} onClick={() => onAsk({ kind: 'add', agent: agent.id, place })}>
            {t('board.addTo')}
          </Menu.Item>
        )}
        {mayMove && <Menu.Divider />}
        <Menu.Item leftSection={<UserRound size={16} />} onClick={() => onAsk({ kind: 'agent', agent: agent.id, place })}>
          {t('board.details')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** What concerns the queue in which the menu was opened. */
function HereItems({ agent, place, onAsk }: { agent: BoardAgent; place: string; onAsk: (asked: Asked) => void }) {
  const t = useT()
  const { setMember } = useMoves()
  const enabled = agent.queues.some((q) => q.id === place && q.enabled)
  return (
    <>
      <Menu.Item leftSection={<ArrowRight size={16} />} onClick={() => onAsk({ kind: 'move', agent: agent.id, place })}>
        {t('board.moveTo')}
      </Menu.Item>
      <Menu.Item leftSection={enabled ? <Pause size={16} /> : <Play size={16} />} onClick={() => void setMember(agent, place, true, !enabled)}>
        {enabled ? t('board.pause') : t('board.resume')}
      </Menu.Item>
      <Menu.Item leftSection={<LogOut size={16} />} onClick={() => void setMember(agent, place, false)}>
        {t('board.remove')}
      </Menu.Item>
    </>
  )
}
