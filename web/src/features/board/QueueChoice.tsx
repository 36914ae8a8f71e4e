import { useT } from '@/lib/i18n'
import { useNow } from '@/lib/time'
import { Timer } from '@/kit/Timer'
import { formatPercent } from '../figures/format'
import { levelTone, waitTone } from './judge'
import type { BoardQueue } from './types'
import classes from './Dialogs.module.css'

/** A queue to choose, with what tells how much it needs somebody. */
export function QueueChoice({ queue, first, onChoose }: { queue: BoardQueue; first: boolean; onChoose: () => void }) {
  const t = useT()
  const wait = waitTone(queue, useNow('second'))
  return (
    <button type="button" className={classes.choice} onClick={onChoose} data-autofocus={first || undefined}>
      <span className={classes.name}>{queue.name}</span>
      <span className={classes.state} data-tone={wait}>
        {t('board.waitingCount', { count: queue.waiting })}
        {queue.longest_since && queue.waiting > 0 && (
          <>
            {' · '}
            <Timer since={queue.longest_since} />
          </>
        )}
      </span>
      {queue.today.sl_e !== undefined && (
        <span className={classes.level} data-tone={levelTone(queue.today)}>
          {formatPercent(queue.today.sl_e, t.language, 0)}
        </span>
      )}
    </button>
  )
}
