import { ActionIcon, Button, TextInput } from '@mantine/core'
import { Plus, Trash2 } from 'lucide-react'
import { useT } from '@/lib/i18n'
import type { Control } from '@/kit/resource/schema'
import type { CalendarException } from '../types'
import { SpansEditor } from './SpansEditor'
import classes from './Calendars.module.css'
import parts from '../parts/parts.module.css'

/** Days that are unlike their weekday: stock-taking, a longer evening. */
export function Exceptions({ control }: { control: Control }) {
  const t = useT()
  const list = control.value as CalendarException[]
  const set = control.onChange as (list: CalendarException[]) => void
  const change = (at: number, exception: Partial<CalendarException>) => set(list.map((e, i) => (i === at ? { ...e, ...exception } : e)))
  return (
    <div className={parts.stack}>
      {list.length === 0 && <p className={parts.hint}>{t('admin.calendars.noExceptions')}</p>}
      {list.map((exception, i) => {
        const path = `exceptions[${i}]`
        const of = exception.date || t('admin.calendars.newException')
        return (
          <section key={i} className={parts.card} aria-label={of}>
            <div className={classes.exception}>
              <TextInput type="date" name={`${path}.date`} label={t('admin.calendars.date')} required value={exception.date} disabled={control.disabled} error={control.errorOf(`${path}.date`)} onChange={(e) => change(i, { date: e.currentTarget.value })} />
              <TextInput className={parts.grow} name={`${path}.note`} label={t('admin.calendars.note')} value={exception.note ?? ''} disabled={control.disabled} error={control.errorOf(`${path}.note`)} onChange={(e) => change(i, { note: e.currentTarget.value || undefined })} />
              {!control.disabled && (
                <ActionIcon onClick={() => set(list.filter((_, n) => n !== i))} aria-label={t('admin.remove', { name: of })}>
                  <Trash2 size={16} />
                </ActionIcon>
              )}
            </div>
            <SpansEditor of={of} name={`${path}.spans`} value={exception.spans} disabled={control.disabled} errorOf={control.errorOf} onChange={(spans) => change(i, { spans })} />
          </section>
        )
      })}
      {!control.disabled && (
        <div>
          <Button size="sm" variant="default" leftSection={<Plus size={14} />} onClick={() => set([...list, { date: '', spans: [] }])}>
            {t('admin.calendars.addException')}
          </Button>
        </div>
      )}
    </div>
  )
}
