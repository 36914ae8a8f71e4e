import { merge } from './merge'

export const texts = merge(import.meta.glob<Record<string, string>>('../../../i18n/pl/goon.json', { eager: true, import: 'default' }))
