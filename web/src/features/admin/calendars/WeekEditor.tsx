import { Button, Menu } from '@mantine/core'
import { Copy } from 'lucide-react'
import { useT } from '@/lib/i18n'
import type { Control } from '@/kit/resource/schema'
import type { Span } from '../types'
import { SpansEditor } from './SpansEditor'
import { useDayName } from './days'
import classes from './Calendars.module.css'
import { openMinutes, weekOrder } from './hours'

const workingDays = [1, 2, 3, 4, 5]

/** The hours of a week, several intervals a day; a day's hours can be copied to others. */
export function WeekEditor({ control }: { control: Control }) {
  const t = useT()
  const dayName = useDayName()
  const week = control.value as Span[][]
  const set = control.onChange as (week: Span[][]) => void
  const copy = (from: number, to: readonly number[]) => set(week.map((spans, day) => (to.includes(day) ? (week[from] ?? []) : spans)))
  return (
    <div className={classes.week} role="group" aria-label={control.label}>
      {weekOrder.map((day) => (
        <div key={day} className={classes.day}>
          <span className={classes.dayName}>{dayName(day)}</span>
          <SpansEditor of={dayName(day)} name={`week[${day}]`} value={week[day] ?? []} disabled={control.disabled} errorOf={control.errorOf} onChange={(spans) => set(week.map((s, i) => (i === day ? spans : s)))} />
          {!control.disabled && (
            <Menu position="bottom-end">
              <Menu.Target>
                <Button size="xs" variant="subtle" color="gray" leftSection={<Copy size={14} />}>
                  {t('act.copy')}
                  <span className="sr-only">: {dayName(day)}</span>
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => copy(day, workingDays)}>{t('admin.calendars.copyWorking')}</Menu.Item>
                <Menu.Item onClick={() => copy(day, weekOrder)}>{t('admin.calendars.copyAll')}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
      ))}
      <p className={classes.hint}>{t('admin.calendars.hoursAWeek', { count: Math.round(openMinutes(week) / 60) })}</p>
    </div>
  )
}
