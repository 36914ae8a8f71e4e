import { merge } from './merge'

export const texts = merge(import.meta.glob<Record<string, string>>(['../../../i18n/pl/*.json', '!**/{widget,portal,mail,admin,articles,rules,chorus,errors,opening,invite,goon}.json'], { eager: true, import: 'default' }))
