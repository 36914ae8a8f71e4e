import { FolderKanban } from 'lucide-react'
import { api, ok } from '@/lib/api'
import type { Found, Search } from '@/shell/feature'

const mostFound = 6

const find = async (q: string): Promise<Found[]> => {
  const { items } = await ok(api.GET('/api/v1/cases', { params: { query: { view: 'all', q, limit: mostFound } } }))
  return items.map((row) => ({ id: `case-${row.id}`, title: `#${row.number} ${row.subject}`, note: row.customer?.name, icon: FolderKanban, href: `/cases/${row.id}` }))
}

/** Finds cases by their number, or the beginning of their subject. */
export const caseSearch: Search = { group: 'cases.title', permission: 'case.read', find }
