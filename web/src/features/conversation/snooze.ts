import type { Key } from '@/lib/i18n'

const firstHour = 9

/** Nine o'clock, that many days from now. */
export function morning(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, firstHour)
}

/** Until when a conversation is put aside as a rule. */
export const snoozeChoices: readonly { label: Key; until: (now: Date) => Date }[] = [
  { label: 'desk.snooze.hour', until: (now) => new Date(now.getTime() + 3_600_000) },
  { label: 'desk.snooze.tomorrow', until: (now) => morning(now, 1) },
  { label: 'desk.snooze.monday', until: (now) => morning(now, 8 - (now.getDay() || 7)) },
]
