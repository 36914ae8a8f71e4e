import { useT } from '@/lib/i18n'
import { Timer } from '@/kit/Timer'
import type { Tone } from '@/kit/Badge'
import { formatFigure, formatPercent } from '../figures/format'
import { type BigNumber, NumberStrip } from '../figures/NumberStrip'
import { useOpenRows } from './BoardDrill'
import { levelTone } from './judge'
import type { View } from './view'

const alarming = (tone: Tone) => (tone === 'danger' || tone === 'warn' ? tone : undefined)

/** The six numbers of the day. */
export function Numbers({ view, stale }: { view: View; stale: boolean }) {
  const t = useT()
  const openRows = useOpenRows()
  const { language } = t
  const { today, waiting, longest_since } = view.totals
  const share = (part: number) => (today.offered > 0 ? formatPercent((100 * part) / today.offered, language) : undefined)
  const answered = share(today.answered)
  const abandoned = share(today.abandoned)
  const level = levelTone(today)
  const goal = formatPercent(today.target_percent, language, 0)
  const numbers: BigNumber[] = [
    {
      id: 'open',
      value: formatFigure(waiting, 'count', language),
      hint: longest_since && waiting > 0 ? <>{t('board.longest')} <Timer since={longest_since} /></> : t('board.nobodyWaits'),
    },
    {
      id: 'sl_e',
      value: formatFigure(today.sl_e, 'percent', language),
      tone: alarming(level),
      hint: today.sl_b === undefined ? t('board.goalOnly', { goal }) : t('board.goal', { goal, all: formatPercent(today.sl_b, language) }),
    },
    { id: 'answered', value: formatFigure(today.answered, 'count', language), hint: answered && t('board.ofOffered', { share: answered }) },
    { id: 'abandoned', value: formatFigure(today.abandoned, 'count', language), hint: abandoned && t('board.abandonedHint', { share: abandoned, count: today.short_abandoned }) },
    { id: 'aht_s', value: formatFigure(today.aht_s, 'seconds', language), hint: today.asa_s === undefined ? undefined : t('board.answeredIn', { time: formatFigure(today.asa_s, 'seconds', language) }) },
    { id: 'top_two_percent', value: formatFigure(today.top_two_percent, 'percent', language), hint: t('board.answers', { count: today.answers }) },
  ]
  return <NumberStrip label={t('board.today')} stale={stale} numbers={numbers.map((n) => ({ ...n, onOpen: () => openRows(n.id) }))} />
}
