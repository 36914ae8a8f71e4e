import { getRouteApi } from '@tanstack/react-router'
import { useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { useNow } from '@/lib/time'
import { DrillSheet } from '../figures/DrillSheet'
import { dateIn, shiftDate } from '../figures/range'
import type { FigureId } from '../figures/registry'
import { useStaff } from './staff'

const route = getRouteApi('/desk/board')

/** Who waits now may have come days ago. */
const waitingDays = 30

/** Opens the rows behind a figure of today, of one queue or of all that are shown. */
export function useOpenRows() {
  const navigate = route.useNavigate()
  return (figure: FigureId, queue?: string) => void navigate({ search: (now) => ({ ...now, figure, of: queue, part: undefined }) })
}

/** The rows that the address names. */
export function BoardDrill() {
  const t = useT()
  const { brands } = useSignedIn()
  const { queues } = useStaff().board
  const { figure, of, part, brand } = route.useSearch()
  const navigate = route.useNavigate()
  const now = useNow('minute')
  if (!figure) return null
  const queue = queues.find((q) => q.id === of)
  const timeZone = brands.find((b) => b.id === (queue?.brand_id ?? brand))?.time_zone
  const today = dateIn(timeZone, now)
  const days = figure === 'open' ? { from: shiftDate(today, -waitingDays), to: today } : {}
  return (
    <DrillSheet
      id={figure}
      source="board"
      params={{ queue: queue?.id, brand: queue ? undefined : brand, ...days }}
      timeZone={timeZone}
      of={queue?.name ?? t('board.allQueues')}
      part={part}
      onPart={(next) => void navigate({ search: (was) => ({ ...was, part: next }), replace: true })}
      onClose={() => void navigate({ search: (was) => ({ ...was, figure: undefined, of: undefined, part: undefined }) })}
    />
  )
}
