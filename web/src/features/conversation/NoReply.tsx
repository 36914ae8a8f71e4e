import { Button } from '@mantine/core'
import { Hand, RotateCcw, UserRoundCheck } from 'lucide-react'
import { useT } from '@/lib/i18n'
import type { ConversationActs } from './acts'
import { type ActName, isWaiting } from './rights'
import type { Detail } from './types'
import classes from './Composer.module.css'

/** Why one cannot reply now, and the act that changes it. */
export function NoReply({ detail, may, acts }: { detail: Detail; may: ReadonlySet<ActName>; acts: ConversationActs }) {
  const t = useT()
  return (
    <div className={classes.noReply}>
      <p>{whyNot(t, detail)}</p>
      {may.has('reopen') && (
        <Button variant="default" leftSection={<RotateCcw size={16} />} loading={acts.busy} onClick={() => void acts.reopen()}>
          {t('desk.act.reopen')}
        </Button>
      )}
      {may.has('pull') && (
        <Button leftSection={<Hand size={16} />} loading={acts.busy} onClick={() => void acts.pull()}>
          {t('desk.act.pull')}
        </Button>
      )}
      {may.has('takeOver') && (
        <Button variant="default" leftSection={<UserRoundCheck size={16} />} loading={acts.busy} onClick={() => void acts.takeOver()}>
          {t('desk.act.takeOver')}
        </Button>
      )}
    </div>
  )
}

function whyNot(t: ReturnType<typeof useT>, detail: Detail): string {
  if (detail.state === 'closed') return t('desk.compose.closed')
  if (isWaiting(detail)) return t('desk.compose.waits', { queue: detail.queue?.name ?? '' })
  return t('desk.compose.notYours', { agent: detail.agent?.name ?? '' })
}
