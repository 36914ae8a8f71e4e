import { FolderKanban } from 'lucide-react'
import { api, ok } from '@/lib/api'
import type { Found, Search } from '@/shell/feature'

const mostFound = 6
const plain = (text: string) => [{ text }]

const find = async (q: string, signal: AbortSignal): Promise<Found[]> => {
  const { items } = await ok(api.GET('/api/v1/cases', { params: { query: { view: 'all', q, limit: mostFound } }, signal }))
  return items.map((row) => ({ id: `case-${row.id}`, group: 'cases.title', title: plain(`#${row.number} ${row.subject}`), note: row.customer && plain(row.customer.name), icon: FolderKanban, href: `/cases/${row.id}` }))
}

/** Finds cases by their number, or the beginning of their subject. */
export const caseSearch: Search = { id: 'cases', permission: 'case.read', find }
