import '@mantine/dates/styles.layer.css'
import 'dayjs/locale/hu'
import 'dayjs/locale/pl'
import { DatePickerInput } from '@mantine/dates'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { useNow } from '@/lib/time'
import { ChooseOne } from '@/kit/Choose'
import { dateIn, presets } from './range'
import { type FigureSearch, usualRange } from './search'
import type { FigureQuery } from './types'
import classes from './Figures.module.css'

const route = getRouteApi('/desk/figures')
const own = 'own'

/** The days: by name, so that a link stays true, or from one date to another. */
export function RangePicker({ query, onChange }: { query: FigureQuery; onChange: (change: Partial<FigureSearch>) => void }) {
  const t = useT()
  const { range, from } = route.useSearch()
  const [half, setHalf] = useState<[string | null, string | null]>()
  const today = dateIn(query.tz, useNow('minute'))
  const options = [...presets.map((value) => ({ value: value as string, label: t(`figures.range.${value}`) })), ...(from ? [{ value: own, label: t('figures.range.own') }] : [])]
  const pick = (days: [string | null, string | null]) => {
    const [first, last] = days
    setHalf(last ? undefined : days)
    if (first && last) onChange({ range: undefined, from: first, to: last })
  }
  return (
    <>
      <ChooseOne className={`${classes.small} ${classes.range}`} aria-label={t('figures.days')} data={options} value={from ? own : (range ?? usualRange)} onChange={(next) => onChange({ range: presets.find((p) => p === next), from: undefined, to: undefined })} />
      <DatePickerInput
        className={classes.dates}
        type="range"
        locale={t.language}
        firstDayOfWeek={1}
        valueFormat={t.language === 'hu' ? 'YYYY. MMM D.' : 'D MMM YYYY'}
        allowSingleDateInRange
        maxDate={today}
        value={half ?? [query.from, query.to]}
        onChange={pick}
        placeholder={t('figures.dates')}
        popoverProps={{ onClose: () => setHalf(undefined) }}
      />
    </>
  )
}
