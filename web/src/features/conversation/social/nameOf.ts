import type { Translate } from '@/lib/i18n'
import type { Detail, Entry } from '../types'

/** By which name a customer is called who said something, where several people speak. */
export const nameOf = (t: Translate, entry: Pick<Entry, 'by'>, detail: Pick<Detail, 'customer'>): string => (entry.by ? entry.by.name : detail.customer.name) || t('desk.social.somebody')

/** By which name whoever said something is called, of either side. */
export const authorOf = (t: Translate, entry: Pick<Entry, 'by' | 'author' | 'user'>, detail: Pick<Detail, 'customer'>): string =>
  entry.author === 'customer' ? nameOf(t, entry, detail) : (entry.user?.name ?? t(entry.author === 'bot' ? 'desk.timeline.bot' : 'desk.timeline.us'))
