/** Facts of the conversation in words. */
import type { Translate } from '../i18n'
import type { Entry, State } from '../protocol'
import { moment } from './time'

/** Where the conversation stands, in one or two sentences. */
export function standing(t: Translate, state: State | undefined, language: string): string {
  if (state?.phase === 'offline') return `${t('closedNow')} ${state.opens_at ? t('opensAt', { when: moment(language, state.opens_at) }) : ''}`
  if (state?.gone) return t('wasGone')
  if (state?.phase !== 'queued') return ''
  const { position, wait } = state
  const place = position === 1 ? t('next') : position ? t('position', { count: position }) : t('queued')
  const minutes = wait === undefined ? '' : wait < 60 ? t('waitSoon') : t('waitMinutes', { count: Math.round(wait / 60) })
  return `${place} ${minutes}`.trim()
}

export function size(bytes: number): string {
  return bytes < 1 << 20 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / (1 << 20)).toFixed(1)} MB`
}

const shortMax = 80

/** The beginning of a message in one line; of one without words the name of its file. */
export function inShort({ text, attachments }: Pick<Entry, 'text' | 'attachments'>): string {
  const all = [...(text || attachments?.[0]?.name || '').trim().replace(/\s+/g, ' ')]
  return all.length > shortMax ? `${all.slice(0, shortMax - 1).join('').trimEnd()}…` : all.join('')
}
