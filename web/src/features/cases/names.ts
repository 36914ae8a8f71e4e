import { type Language, useT } from '@/lib/i18n'
import { useQuery } from '@tanstack/react-query'
import { statusesQuery } from './api'
import type { CaseStatus } from './types'

/** A name in the reader's language, else in English, else in any. */
export function nameIn(names: Record<string, string>, language: Language): string {
  return names[language] || names.en || Object.values(names).find(Boolean) || '–'
}

/** The statuses with their names in the reader's language; those out of use are known, but not offered. */
export function useStatuses() {
  const { language } = useT()
  const all: readonly CaseStatus[] = useQuery(statusesQuery).data ?? []
  const find = (id: string) => all.find((s) => s.id === id)
  return {
    all,
    offered: all.filter((s) => !s.archived),
    find,
    nameOf: (id: string) => {
      const status = find(id)
      return status ? nameIn(status.names, language) : '…'
    },
  }
}
