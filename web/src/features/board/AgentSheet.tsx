import { ActionIcon, Switch } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { Avatar } from '@/kit/Avatar'
import { Badge } from '@/kit/Badge'
import { ChannelMark, useChannelName } from '@/kit/ChannelMark'
import { ChooseOne } from '@/kit/Choose'
import { Sheet } from '@/kit/overlays'
import { Timer } from '@/kit/Timer'
import { usePresence } from '@/shell/presence'
import { Doing } from './AgentRow'
import { AgentState } from './AgentState'
import { useStaff } from './staff'
import type { BoardAgent } from './types'
import { useMoves } from './useMoves'
import { useByName, workTones } from './wording'
import classes from './AgentSheet.module.css'

/** All about an agent: state, queues, channels, skills and present work. */
export function AgentSheet({ agent, onClose }: { agent: BoardAgent; onClose: () => void }) {
  const t = useT()
  const mayForce = useCan('presence.force')
  return (
    <Sheet opened returnFocus={false} onClose={onClose} size={400} title={t('board.details')}>
      <div className={classes.who}>
        <Avatar name={agent.name} size={44} />
        <span className={classes.grow}>
          <strong>{agent.name}</strong>
          <Doing agent={agent} />
        </span>
        <span className={classes.load}>{t('board.load', { load: agent.load, capacity: agent.capacity })}</span>
      </div>
      {mayForce && <AgentState agent={agent} />}
      <Queues agent={agent} />
      <Channels agent={agent} />
      {agent.skills.length > 0 && (
        <Section title={t('board.skills')}>
          <p className={classes.skills}>
            {agent.skills.map((s) => (
              <Badge key={s.id}>
                {s.name} {s.level}
              </Badge>
            ))}
          </p>
        </Section>
      )}
      <Work agent={agent} />
    </Sheet>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

function Queues({ agent }: { agent: BoardAgent }) {
  const t = useT()
  const { queues } = useStaff().board
  const { setMember } = useMoves()
  const mayMove = useCan('staff.move')
  const sorted = queues.toSorted(useByName())
  const others = sorted.filter((q) => !agent.queues.some((s) => s.id === q.id))
  return (
    <Section title={t('board.queues')}>
      {agent.queues.length === 0 && <p className={classes.faint}>{t('board.noQueueText')}</p>}
      <ul className={classes.list}>
        {sorted
          .filter((q) => agent.queues.some((s) => s.id === q.id))
          .map((queue) => (
            <li key={queue.id} className={classes.line}>
              <Switch
                className={classes.grow}
                label={queue.name}
                description={agent.queues.some((s) => s.id === queue.id && !s.enabled) ? t('board.paused') : undefined}
                disabled={!mayMove}
                checked={agent.queues.some((s) => s.id === queue.id && s.enabled)}
                onChange={(e) => void setMember(agent, queue.id, true, e.currentTarget.checked)}
              />
              {mayMove && (
                <ActionIcon aria-label={t('board.removeFrom', { queue: queue.name })} onClick={() => void setMember(agent, queue.id, false)}>
                  <X size={16} />
                </ActionIcon>
              )}
            </li>
          ))}
      </ul>
      {mayMove && others.length > 0 && (
        <ChooseOne key={others.length} aria-label={t('board.addTo')} placeholder={t('board.addTo')} data={others.map((q) => ({ value: q.id, label: q.name }))} value={null} onChange={(to) => to && void setMember(agent, to, true)} />
      )}
    </Section>
  )
}

/** The classes of channels that this installation has: those of one's own presence, else all. */
function Channels({ agent }: { agent: BoardAgent }) {
  const t = useT()
  const { make } = useMoves()
  const nameOf = useChannelName()
  const mayMove = useCan('staff.move')
  const own = usePresence().data?.channels
  return (
    <Section title={t('presence.channels')}>
      <ul className={classes.list}>
        {Object.keys(own ?? agent.channels).map((channel) => (
          <li key={channel} className={classes.line}>
            <Switch label={nameOf(channel)} disabled={!mayMove} checked={agent.channels[channel] ?? false} onChange={(e) => void make(agent, { kind: 'channels', agent: agent.id, channels: { [channel]: e.currentTarget.checked } })} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Work({ agent }: { agent: BoardAgent }) {
  const t = useT()
  const mayRead = useCan('conversation.read')
  return (
    <Section title={t('board.work')}>
      {agent.work.length === 0 && <p className={classes.faint}>{t('board.noWork')}</p>}
      <ul className={classes.list}>
        {agent.work.map((item) => {
          const name = item.customer || t('figures.noName')
          return (
            <li key={item.interaction_id} className={classes.line}>
              <ChannelMark channel={item.channel} />
              <span className={classes.grow}>
                {mayRead ? (
                  <Link to="/conversations/$id" params={{ id: item.conversation_id }}>
                    {name}
                  </Link>
                ) : (
                  name
                )}
              </span>
              <Badge tone={workTones[item.state]}>{t(`board.state.${item.state}`)}</Badge>
              {item.since && <Timer since={item.since} />}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
