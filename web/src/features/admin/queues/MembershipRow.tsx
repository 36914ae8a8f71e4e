import { Button } from '@mantine/core'
import { Pause, Play, Plus, X } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { useAct } from '@/kit/act'
import { Badge } from '@/kit/Badge'
import { boardKey, membersKey, setMembership } from './membership'
import parts from '../parts/parts.module.css'

interface Props {
  /** The agent on a queue's page, the queue on an agent's. */
  label: string
  agent: string
  queue: string
  /** Absent: does not belong to it. */
  membership: { enabled: boolean } | undefined
  locked?: boolean
}

type State = { member: boolean; enabled: boolean }

/** One agent in one queue: serves it, paused, or not at all. */
export function MembershipRow({ label, agent, queue, membership, locked }: Props) {
  const t = useT()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const movable = useCan('staff.move') && !locked
  const now: State = { member: membership !== undefined, enabled: membership?.enabled ?? false }

  const change = async (next: State, done: string) => {
    setBusy(true)
    await act({ done, touches: [boardKey, membersKey(queue)], commit: () => setMembership(agent, queue, next), undo: () => setMembership(agent, queue, now) })
    setBusy(false)
  }
  const values = { name: label }
  return (
    <li className={parts.line}>
      <span className={`${parts.grow} ${now.member ? '' : parts.muted}`}>{label}</span>
      {now.member && <Badge tone={now.enabled ? 'ok' : 'warn'}>{t(now.enabled ? 'admin.member.serves' : 'admin.member.paused')}</Badge>}
      {movable && now.member && (
        <>
          <Act icon={now.enabled ? <Pause size={14} /> : <Play size={14} />} text={t(now.enabled ? 'admin.member.pause' : 'admin.member.resume')} of={label} busy={busy} onClick={() => void change({ member: true, enabled: !now.enabled }, t(now.enabled ? 'admin.member.didPause' : 'admin.member.didResume', values))} />
          <Act icon={<X size={14} />} text={t('admin.member.remove')} of={label} busy={busy} onClick={() => void change({ member: false, enabled: false }, t('admin.member.didRemove', values))} />
        </>
      )}
      {movable && !now.member && <Act icon={<Plus size={14} />} text={t('admin.member.add')} of={label} busy={busy} onClick={() => void change({ member: true, enabled: true }, t('admin.member.didAdd', values))} />}
    </li>
  )
}

function Act({ icon, text, of, busy, onClick }: { icon: React.ReactNode; text: string; of: string; busy: boolean; onClick: () => void }) {
  return (
    <Button size="xs" variant="default" leftSection={icon} disabled={busy} onClick={onClick}>
      {text}
      <span className="sr-only">: {of}</span>
    </Button>
  )
}
