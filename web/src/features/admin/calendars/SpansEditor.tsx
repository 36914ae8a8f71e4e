import { ActionIcon, Button, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import type { Span } from '../types'
import classes from './Calendars.module.css'
import { crossesMidnight, minutesOfDay, mostSpans, nextSpan, endText, parseTime, spanOf, timeText } from './hours'

interface Props {
  /** Whose hours these are, for readers of the screen. */
  of: string
  name: string
  value: readonly Span[]
  disabled: boolean
  errorOf: (path: string) => string | undefined
  onChange: (value: Span[]) => void
}

/** The intervals of one day. None: closed. */
export function SpansEditor({ of, name, value, disabled, errorOf, onChange }: Props) {
  const t = useT()
  const change = (at: number, span: Span) => onChange(value.map((s, i) => (i === at ? span : s)))
  const general = value.length === 0 ? errorOf(name) : undefined
  return (
    <div className={classes.spans}>
      {value.length === 0 && <span className={classes.closed}>{t('admin.calendars.closed')}</span>}
      {value.map((span, i) => {
        const path = `${name}[${i}]`
        const which = `${of}, ${i + 1}`
        const error = errorOf(path)
        return (
          <div key={i} className={classes.span}>
            <Time name={`${path}.from`} label={t('admin.calendars.from', { of: which })} text={timeText(span.from)} disabled={disabled} wrong={error !== undefined} onChange={(from) => change(i, spanOf(from, span.to % minutesOfDay))} />
            <span aria-hidden>–</span>
            <Time name={`${path}.to`} label={t('admin.calendars.to', { of: which })} text={endText(span.to)} disabled={disabled} wrong={error !== undefined} onChange={(to) => change(i, spanOf(span.from, to))} />
            {crossesMidnight(span) && <span className={classes.next}>{t('admin.calendars.nextDay')}</span>}
            {!disabled && (
              <ActionIcon onClick={() => onChange(value.filter((_, n) => n !== i))} aria-label={t('admin.remove', { name: which })}>
                <X size={16} />
              </ActionIcon>
            )}
            {error && (
              <span className={classes.error} role="alert">
                {error}
              </span>
            )}
          </div>
        )
      })}
      {general && <span className={classes.error}>{general}</span>}
      {!disabled && value.length < mostSpans && (
        <Button size="xs" variant="subtle" leftSection={<Plus size={14} />} onClick={() => onChange([...value, nextSpan(value)])}>
          {t('admin.calendars.addSpan')}
          <span className="sr-only">: {of}</span>
        </Button>
      )}
    </div>
  )
}

interface TimeProps {
  name: string
  label: string
  text: string
  disabled: boolean
  wrong: boolean
  onChange: (minutes: number) => void
}

/** A time of day, always of 24 hours, whatever the browser's own fields would show. */
function Time({ name, label, text, disabled, wrong, onChange }: TimeProps) {
  const [typed, setTyped] = useState<string>()
  const isTime = typed === undefined || parseTime(typed) !== undefined
  return (
    <TextInput
      name={name}
      aria-label={label}
      className={classes.time}
      inputMode="numeric"
      maxLength={5}
      autoComplete="off"
      value={typed ?? text}
      disabled={disabled}
      error={wrong || !isTime}
      onFocus={(e) => e.currentTarget.select()}
      onChange={(e) => setTyped(e.currentTarget.value)}
      onBlur={() => {
        const minutes = typed === undefined ? undefined : parseTime(typed)
        if (minutes !== undefined) onChange(minutes)
        setTyped(undefined)
      }}
    />
  )
}
