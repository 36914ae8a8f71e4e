import { merge } from './merge'

export const texts = merge(import.meta.glob<Record<string, string>>('../../../i18n/en/goon.json', { eager: true, import: 'default' }))
