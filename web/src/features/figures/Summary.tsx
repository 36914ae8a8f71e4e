import { useT } from '@/lib/i18n'
import { formatFigure } from './format'
import { NumberStrip } from './NumberStrip'
import { type FigureId, figure } from './registry'
import type { FigureRow } from './types'
import { totalRow, useOpenRows } from './useOpenRows'

const ofQueues: FigureId[] = ['offered', 'answered', 'abandoned', 'sl_e', 'aht_s', 'top_two_percent']
const ofAgents: FigureId[] = ['offers', 'handled', 'non_response_percent', 'aht_s', 'occupancy_percent', 'top_two_percent']

/** What beside a number tells whether it is good. */
const beside: Partial<Record<FigureId, FigureId>> = {
  answered: 'asa_s',
  abandoned: 'abandon_percent',
  sl_e: 'sl_b',
  aht_s: 'first_reply_s',
  offered: 'longest_wait_s',
  handled: 'transfer_percent',
  non_response_percent: 'missed',
  occupancy_percent: 'concurrency',
}

/** The six numbers of the whole time. */
export function Summary({ total }: { total: FigureRow }) {
  const t = useT()
  const openRows = useOpenRows()
  const shown = total.visits ? ofQueues : ofAgents
  const written = (id: FigureId) => formatFigure(figure(id).of(total), figure(id).unit, t.language)
  return (
    <NumberStrip
      label={t('figures.total')}
      numbers={shown.map((id) => {
        const other = beside[id]
        const hint = id === 'top_two_percent' ? t('board.answers', { count: total.work?.answers ?? 0 }) : other && figure(other).of(total) !== undefined && `${t(`figures.name.${other}`)} ${written(other)}`
        return { id, value: written(id), hint, onOpen: () => openRows(id, totalRow) }
      })}
    />
  )
}
