import { useT } from '@/lib/i18n'
import { type Change, dropChange } from './changes'
import { useStaff } from './staff'
import type { BoardAgent } from './types'

/** The acts on an agent, each with the words that say it is done. */
export function useMoves() {
  const t = useT()
  const { board, change } = useStaff()
  const queueName = (id: string) => board.queues.find((q) => q.id === id)?.name ?? ''

  const words = (agent: BoardAgent, made: Change): string => {
    const name = agent.name
    switch (made.kind) {
      case 'move':
        return t('board.done.moved', { name, from: queueName(made.from), to: queueName(made.to) })
      case 'membership': {
        const queue = queueName(made.queue)
        if (!made.member) return t('board.done.removed', { name, queue })
        if (!made.enabled) return t('board.done.paused', { name, queue })
        return agent.queues.some((q) => q.id === made.queue) ? t('board.done.resumed', { name, queue }) : t('board.done.added', { name, queue })
      }
      case 'channels':
        return t('board.done.channels', { name })
      case 'presence':
        return t('board.done.presence', { name })
    }
  }
  const make = (agent: BoardAgent, made: Change) => change(made, words(agent, made))
  return {
    make,
    /** Drops an agent from one place on another. */
    drop: (agent: BoardAgent, from: string, to: string) => {
      const made = dropChange(agent, from, to)
      if (made) void make(agent, made)
    },
    setMember: (agent: BoardAgent, queue: string, member: boolean, enabled = member) => make(agent, { kind: 'membership', agent: agent.id, queue, member, enabled }),
  }
}
