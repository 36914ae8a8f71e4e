import { Building2 } from 'lucide-react'
import { api, ok } from '@/lib/api'
import type { Found, Search } from '@/shell/feature'

const mostFound = 5

const find = async (q: string, signal: AbortSignal): Promise<Found[]> => {
  const { items } = await ok(api.GET('/api/v1/organisations', { params: { query: { q, limit: mostFound } }, signal }))
  return items.map((o) => ({ id: `organisation-${o.id}`, group: 'customers.organisations', title: [{ text: o.name }], note: o.domains.length > 0 ? [{ text: o.domains.join(', ') }] : undefined, icon: Building2, href: `/organisations/${o.id}` }))
}

/** Finds organisations by the beginnings of their words; customers are found with everything else. */
export const organisationSearch: Search = { id: 'organisations', permission: 'customer.read', find }
