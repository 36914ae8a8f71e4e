import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { Count } from '@/kit/Badge'
import { countsQuery } from '../conversation/api'
import type { Counts, View } from '../conversation/types'
import { type WorklistSearch, views } from './search'
import { needsWide } from './ViewCommands'
import classes from './Worklist.module.css'

/** The views with how much there is in each. */
export function Views({ search, onSearch }: { search: WorklistSearch; onSearch: (search: WorklistSearch) => void }) {
  const t = useT()
  const wide = useCan('conversation.read', 'team')
  const counts = useQuery(countsQuery).data
  const shown = views.filter((v) => wide || !needsWide(v))
  const current = search.view ?? 'mine'
  const strip = useRef<HTMLElement>(null)
  // The counts make the views wider when they come.
  const counted = counts !== undefined
  useEffect(() => reveal(strip.current, current, counted), [current, counted])
  return (
    <nav ref={strip} className={classes.views} aria-label={t('desk.worklist.views')}>
      {shown.map((view) => (
        <button
          key={view}
          type="button"
          className={classes.view}
          aria-current={view === current ? 'page' : undefined}
          data-view={view}
          // Filters stay; the order is that of the view, the open conversation stays open.
          onClick={() => onSearch({ ...search, view, sort: undefined })}
        >
          {t(`desk.view.${view}`)}
          <ViewCount view={view} counts={counts} />
        </button>
      ))}
    </nav>
  )
}

/** Beside "all" the number would only repeat the heading, and what is closed is done. */
function ViewCount({ view, counts }: { view: View; counts: Counts | undefined }) {
  const t = useT()
  if (view === 'all' || view === 'closed' || !counts) return null
  return <Count value={counts[view]} tone={view === 'mentions' ? 'accent' : 'neutral'} label={t('desk.view.count', { count: counts[view] })} />
}

/** Brings the current view into the middle of a strip that is too long to be seen whole. */
function reveal(strip: HTMLElement | null, current: View, smooth: boolean) {
  const view = strip?.querySelector<HTMLElement>(`[data-view="${current}"]`)
  if (strip && view) strip.scrollTo?.({ left: view.offsetLeft - (strip.clientWidth - view.clientWidth) / 2, behavior: smooth ? 'smooth' : 'auto' })
}
