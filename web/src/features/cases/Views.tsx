import { useQuery } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import { Count } from '@/kit/Badge'
import { countsQuery } from './api'
import { type CasesSearch, views } from './search'
import { categories } from './types'
import classes from './Cases.module.css'

interface Props {
  search: CasesSearch
  onSearch: (search: CasesSearch) => void
}

/** Whose cases, with how many are open. */
export function Views({ search, onSearch }: Props) {
  const t = useT()
  const counts = useQuery(countsQuery(search.brand)).data
  const current = search.view ?? 'mine'
  return (
    <nav className={classes.views} aria-label={t('cases.views')}>
      {views.map((view) => (
        <button key={view} type="button" className={classes.view} aria-current={view === current ? 'page' : undefined} onClick={() => onSearch({ ...search, view: view === 'mine' ? undefined : view })}>
          {t(`cases.view.${view}`)}
          {counts && <Count tone="neutral" value={counts[view]} label={t('cases.count', { count: counts[view] })} />}
        </button>
      ))}
    </nav>
  )
}

/** At which stage; how many there are is known of all cases together. */
export function Categories({ search, onSearch }: Props) {
  const t = useT()
  const counts = useQuery(countsQuery(search.brand)).data?.categories
  const counted = search.view === 'all' ? counts : undefined
  const chips = [undefined, ...categories]
  return (
    <div className={classes.chips} role="group" aria-label={t('cases.stage')}>
      {chips.map((category) => (
        <button key={category ?? 'open'} type="button" className={classes.chip} aria-pressed={search.category === category} onClick={() => onSearch({ ...search, category })}>
          {t(category ? `cases.category.${category}` : 'cases.category.open')}
          {category && category !== 'done' && counted?.[category] !== undefined && <Count tone="neutral" value={counted[category] ?? 0} label={t('cases.count', { count: counted[category] ?? 0 })} />}
        </button>
      ))}
    </div>
  )
}
