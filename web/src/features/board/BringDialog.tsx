import { Button } from '@mantine/core'
import { useT } from '@/lib/i18n'
import { Avatar } from '@/kit/Avatar'
import { ChooseOne } from '@/kit/Choose'
import { Dialog } from '@/kit/overlays'
import { Doing } from './AgentRow'
import { candidates } from './candidates'
import { belowTarget } from './judge'
import { useStaff } from './staff'
import type { BoardAgent, BoardQueue } from './types'
import { useMoves } from './useMoves'
import { useByName } from './wording'
import classes from './Dialogs.module.css'

interface Props {
  /** Where help is needed; without it, the queue that is worst off. */
  queue: string | undefined
  onQueue: (queue: string) => void
  onClose: () => void
}

/** Brings agents into a queue that needs them, those first who are missed least where they are. */
export function BringDialog({ queue, onQueue, onClose }: Props) {
  const t = useT()
  const { board } = useStaff()
  const byName = useByName()
  const target = board.queues.find((q) => q.id === queue) ?? belowTarget(board.queues)[0] ?? board.queues.toSorted(byName)[0]
  if (!target) return null
  const found = candidates(board, target.id)
  return (
    <Dialog opened onClose={onClose} size={560} title={t('board.bringTitle')}>
      <ChooseOne label={t('board.bringTo')} data={board.queues.toSorted(byName).map((q) => ({ value: q.id, label: q.name }))} value={target.id} onChange={(next) => next && onQueue(next)} mb="md" />
      {found.length === 0 && <p className={classes.faint}>{t('board.nobodyToBring')}</p>}
      <ul className={classes.list}>
        {found.map(({ agent, from }) => (
          <Candidate key={agent.id} agent={agent} from={from} to={target} />
        ))}
      </ul>
    </Dialog>
  )
}

function Candidate({ agent, from, to }: { agent: BoardAgent; from: BoardQueue | undefined; to: BoardQueue }) {
  const t = useT()
  const { make, setMember } = useMoves()
  return (
    <li className={classes.candidate}>
      <Avatar name={agent.name} size={30} />
      <span className={classes.person}>
        <span className={classes.name}>{agent.name}</span>
        <Doing agent={agent} />
      </span>
      <span className={classes.acts}>
        {from && (
          <Button size="sm" variant="default" onClick={() => void make(agent, { kind: 'move', agent: agent.id, from: from.id, to: to.id })}>
            {t('board.moveFrom', { from: from.name })}
            <span className="sr-only">: {agent.name}</span>
          </Button>
        )}
        <Button size="sm" variant="default" onClick={() => void setMember(agent, to.id, true)}>
          {t('board.addAlso')}
          <span className="sr-only">: {agent.name}</span>
        </Button>
      </span>
    </li>
  )
}
