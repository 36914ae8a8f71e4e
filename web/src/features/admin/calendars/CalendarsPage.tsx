import { useT } from '@/lib/i18n'
import type { Control, FieldSpec, Resource } from '@/kit/resource/schema'
import { calendars, keys } from '../api'
import { AdminList } from '../parts/AdminList'
import { timeZones } from '../parts/timeZones'
import type { Calendar, Span } from '../types'
import { Exceptions } from './Exceptions'
import { SpansEditor } from './SpansEditor'
import { WeekEditor } from './WeekEditor'
import { YearTab } from './YearTab'
import { type CalendarInput, calendarBody, calendarInput, newCalendarBody } from './form'
import { openMinutes, workingWeek } from './hours'
import parts from '../parts/parts.module.css'

const fields: readonly FieldSpec<CalendarInput>[] = [
  { kind: 'text', name: 'name', label: 'admin.name', required: true },
  { kind: 'one', name: 'time_zone', label: 'admin.timeZone', required: true, half: true, options: timeZones },
  {
    kind: 'one',
    name: 'country',
    label: 'admin.calendars.holidays',
    half: true,
    options: [
      { value: 'PL', label: 'admin.calendars.country.PL' },
      { value: 'HU', label: 'admin.calendars.country.HU' },
    ],
  },
  { kind: 'custom', name: 'week', label: 'admin.calendars.week', section: 'admin.calendars.week', render: (control) => <WeekEditor control={control} /> },
  { kind: 'custom', name: 'holiday_hours', label: 'admin.calendars.onHolidays', section: 'admin.calendars.onHolidays', when: (v) => Boolean(v.country), render: (control) => <HolidayHours {...control} /> },
  { kind: 'custom', name: 'exceptions', label: 'admin.calendars.exceptions', section: 'admin.calendars.exceptions', render: (control) => <Exceptions control={control} /> },
]

const resource: Resource<Calendar, CalendarInput> = {
  key: keys.calendars,
  words: { title: 'admin.calendars.title', create: 'admin.calendars.create', empty: 'admin.calendars.empty', archived: 'admin.calendars.archived', saved: 'admin.calendars.saved' },
  edit: 'calendar.edit',
  width: 640,
  nameOf: (calendar) => calendar.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (calendar) => calendar.name },
    { id: 'hours', label: 'admin.calendars.openFor', align: 'right', render: (calendar) => <Hours calendar={calendar} /> },
    { id: 'holidays', label: 'admin.calendars.holidays', wideOnly: true, render: (calendar) => <Country calendar={calendar} /> },
    { id: 'zone', label: 'admin.timeZone', wideOnly: true, render: (calendar) => calendar.time_zone.replaceAll('_', ' ') },
  ],
  fields,
  blank: { name: '', time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, country: null, week: workingWeek(), holiday_hours: [], exceptions: [] },
  toInput: calendarInput,
  ...calendars,
  create: (input) => calendars.create(newCalendarBody(input)),
  update: (id, input, before) => calendars.update(id, calendarBody(input, before)),
  tabs: [{ id: 'year', label: 'admin.calendars.year', render: (calendar) => <YearTab calendar={calendar} /> }],
}

/** Calendars: when a brand or a queue is there for its customers. */
export function CalendarsPage() {
  return <AdminList resource={resource} />
}

function HolidayHours({ label, value, disabled, errorOf, onChange }: Control) {
  const t = useT()
  return (
    <div className={parts.stack}>
      <p className={parts.hint}>{t('admin.calendars.onHolidaysHelp')}</p>
      <SpansEditor of={label} name="holiday_hours" value={value as Span[]} disabled={disabled} errorOf={errorOf} onChange={onChange as (v: Span[]) => void} />
    </div>
  )
}

function Hours({ calendar }: { calendar: Calendar }) {
  const t = useT()
  return <>{t('admin.calendars.hoursAWeek', { count: Math.round(openMinutes(calendar.week) / 60) })}</>
}

function Country({ calendar }: { calendar: Calendar }) {
  const t = useT()
  return <>{calendar.country ? t(`admin.calendars.country.${calendar.country}`) : '–'}</>
}
