import type { ReactNode } from 'react'
import { formatNumber } from '@/lib/time'
import { useT } from '@/lib/i18n'
import classes from './Badge.module.css'

export type Tone = 'neutral' | 'accent' | 'ok' | 'warn' | 'danger'

/** A short word about a state. Colour never says it alone. */
export function Badge({ tone = 'neutral', icon, children, title }: { tone?: Tone; icon?: ReactNode; children: ReactNode; title?: string }) {
  return (
    <span className={classes.badge} data-tone={tone} title={title}>
      {icon}
      {children}
    </span>
  )
}

const mostShown = 99

/** A count of things to do; nothing at zero. */
export function Count({ value, label, tone = 'accent' }: { value: number; label: string; tone?: Tone }) {
  const { language } = useT()
  if (value <= 0) return null
  return (
    <span className={classes.count} data-tone={tone}>
      <span aria-hidden>{value > mostShown ? `${mostShown}+` : formatNumber(value, language)}</span>
      <span className="sr-only">{label}</span>
    </span>
  )
}

/** The dot of a state, always beside its word. */
export function Dot({ tone, pulse }: { tone: Tone; pulse?: boolean }) {
  return <span className={classes.dot} data-tone={tone} data-pulse={pulse || undefined} aria-hidden />
}
