import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { ChooseOne, type Option } from '@/kit/Choose'
import { figuresQuery } from './api'
import { RangePicker } from './RangePicker'
import { stepsFor } from './range'
import type { FigureSearch } from './search'
import { type FigureQuery, groupings } from './types'
import { useTimeZone } from './useTimeZone'
import classes from './Figures.module.css'

const route = getRouteApi('/desk/figures')
const all = ''

/** What is asked for; every choice stands in the address. */
export function Filters({ query }: { query: FigureQuery }) {
  const t = useT()
  const navigate = route.useNavigate()
  const { brands } = useSignedIn()
  const { timeZone, zones } = useTimeZone()
  const set = (change: Partial<FigureSearch>) => void navigate({ search: (now) => ({ ...now, figure: undefined, of: undefined, part: undefined, ...change }), replace: true })
  const steps = stepsFor(query)
  return (
    <div className={classes.filters}>
      <SegmentedControl className={classes.by} aria-label={t('figures.groupBy')} value={query.by} onChange={(by) => set({ by: groupings.find((g) => g === by), sort: undefined })} data={groupings.map((value) => ({ value, label: t(`figures.first.${value}`) }))} />
      <RangePicker query={query} onChange={set} />
      {query.by === 'interval' && steps.length > 1 && <ChooseOne className={classes.small} aria-label={t('figures.step')} data={steps.map((s) => ({ value: String(s), label: t('figures.stepOf', { minutes: s }) }))} value={String(query.step)} onChange={(next) => set({ step: steps.find((s) => String(s) === next) })} />}
      {brands.length > 1 && <ChooseOne className={classes.filter} aria-label={t('board.brand')} data={[{ value: all, label: t('board.allBrands') }, ...brands.map((b) => ({ value: b.id, label: b.name }))]} value={query.brand ?? all} onChange={(brand) => set({ brand: brand || undefined, queue: undefined })} />}
      <Of kind="queue" query={query} onChange={(queue) => set({ queue })} />
      <Of kind="agent" query={query} onChange={(agent) => set({ agent })} />
      {zones.length > 1 && <ChooseOne className={classes.filter} aria-label={t('figures.timeZone')} data={zones.map((value) => ({ value, label: value.replaceAll('_', ' ') }))} value={timeZone} onChange={(tz) => set({ tz: tz ?? undefined })} />}
    </div>
  )
}

/** Narrows to one of those who have figures in these days. */
function Of({ kind, query, onChange }: { kind: 'queue' | 'agent'; query: FigureQuery; onChange: (id: string | undefined) => void }) {
  const t = useT()
  const chosen = query[kind]
  const [wanted, setWanted] = useState(false)
  const { from, to, tz, brand } = query
  const known = useQuery({ ...figuresQuery({ by: kind, from, to, tz, brand }), enabled: wanted || chosen !== undefined })
  const options = (known.data?.rows ?? []).flatMap((r): Option[] => (r.drill[kind] ? [{ value: r.drill[kind], label: r.name || t('figures.gone') }] : []))
  const missing = chosen !== undefined && !options.some((o) => o.value === chosen) ? [{ value: chosen, label: t('figures.gone') }] : []
  return <ChooseOne className={classes.filter} aria-label={t(`figures.first.${kind}`)} data={[{ value: all, label: t(`figures.all.${kind}`) }, ...options, ...missing]} value={chosen ?? all} onDropdownOpen={() => setWanted(true)} onChange={(id) => onChange(id || undefined)} searchable />
}
