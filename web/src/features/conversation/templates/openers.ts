import { queryOptions } from '@tanstack/react-query'
import { type Schemas, api, ok } from '@/lib/api'
import type { CustomerDetail } from '../../customer/types'

/** An account of ours from which one may write first with a template. */
export type Opener = Schemas['OpenerBody']

export const openersQuery = (brand: string) =>
  queryOptions({
    queryKey: ['openers', brand],
    queryFn: async () => (await ok(api.GET('/api/v1/openers', { params: { query: { brand } } }))).items,
    staleTime: 10 * 60_000,
    enabled: brand !== '',
  })

/** Where a customer can be written to on a channel: where they were met there, or by a number of theirs. */
export interface Place {
  id: string
  label: string
  /** The contact point; without it the number says where. */
  point?: string
  number?: string
}

const digits = (text: string | undefined) => text?.replaceAll(/\D/g, '') ?? ''
const isNumber = (text: string) => /^\+?\d{7,15}$/.test(text)
const written = (text: string) => (text.startsWith('+') ? text : `+${text}`)

/** The places of a customer on a channel, each number once: where they were met comes first. */
export function placesFor(opener: Pick<Opener, 'channel'>, customer: Pick<CustomerDetail, 'phone' | 'contact_points'>): Place[] {
  const places: Place[] = []
  for (const p of customer.contact_points) {
    if (p.provider !== opener.channel || !p.external_id) continue
    const label = isNumber(p.external_id) ? written(p.external_id) : [p.display_name, p.external_id].filter(Boolean).join(' · ')
    places.push({ id: p.id, label, point: p.id, number: isNumber(p.external_id) ? written(p.external_id) : undefined })
  }
  const numbers = [customer.phone, ...customer.contact_points.filter((p) => p.provider === 'sms' || p.provider === 'phone').map((p) => p.external_id)]
  for (const number of numbers) {
    if (number && digits(number) !== '' && !places.some((p) => digits(p.number) === digits(number))) places.push({ id: number, label: number, number })
  }
  return places
}
