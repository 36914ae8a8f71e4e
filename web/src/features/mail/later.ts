import type { Key } from '@/lib/i18n'
import { morning } from '../conversation/snooze'

/** When mails are sent that are not sent now, as a rule. */
export const laterChoices: readonly { label: Key; at: (now: Date) => Date }[] = [
  { label: 'mails.later.hour', at: (now) => new Date(now.getTime() + 3_600_000) },
  { label: 'mails.later.tomorrow', at: (now) => morning(now, 1) },
  { label: 'mails.later.monday', at: (now) => morning(now, 8 - (now.getDay() || 7)) },
]
