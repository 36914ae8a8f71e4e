import { ActionIcon } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Badge } from '@/kit/Badge'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { keys } from '../api'
import type { Calendar, CalendarDay } from '../types'
import classes from './Calendars.module.css'
import { useDateText } from './days'
import { spansText } from './hours'

/** The days of a year that are unlike their weekday: holidays, moved working days, exceptions. */
export function YearTab({ calendar }: { calendar: Calendar }) {
  const t = useT()
  const [year, setYear] = useState(() => new Date().getFullYear())
  const days = useQuery({ queryKey: [...keys.calendars, calendar.id, 'year', year], queryFn: () => ok(api.GET('/api/v1/calendars/{id}/preview', { params: { path: { id: calendar.id }, query: { year } } })) })
  return (
    <>
      <header className={classes.year}>
        <ActionIcon onClick={() => setYear(year - 1)} aria-label={String(year - 1)}>
          <ChevronLeft size={18} />
        </ActionIcon>
        <h3 aria-live="polite">{year}</h3>
        <ActionIcon onClick={() => setYear(year + 1)} aria-label={String(year + 1)}>
          <ChevronRight size={18} />
        </ActionIcon>
      </header>
      {days.isPending && <SkeletonRows rows={6} height="40px" />}
      {days.isError && <ErrorState error={days.error} onRetry={() => void days.refetch()} />}
      {days.data?.moved_unknown && <p role="note">{t('admin.calendars.movedUnknown')}</p>}
      {days.data?.items.length === 0 && <Empty title={t('admin.calendars.plainYear')} text={t('admin.calendars.plainYearText')} />}
      {days.data && days.data.items.length > 0 && (
        <ul className={classes.days}>
          {days.data.items.map((d) => (
            <Day key={d.date} day={d} />
          ))}
        </ul>
      )}
    </>
  )
}

function Day({ day }: { day: CalendarDay }) {
  const t = useT()
  const dateText = useDateText()
  const open = day.spans.length > 0
  return (
    <li className={classes.yearDay}>
      <time dateTime={day.date} className={classes.date}>
        {dateText(day.date)}
      </time>
      <span className={classes.reason}>
        {day.exception && day.exception !== '-' ? day.exception : (day.holiday ?? t('admin.calendars.exception'))} {day.moved && <Badge tone="accent">{t('admin.calendars.moved')}</Badge>}
      </span>
      <span className={open ? classes.open : classes.closed}>{open ? spansText(day.spans) : t('admin.calendars.closed')}</span>
    </li>
  )
}
