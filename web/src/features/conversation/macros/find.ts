import { Wand } from 'lucide-react'
import { api, ok } from '@/lib/api'
import { matchesText } from '@/kit/Choose'
import type { Found } from '@/shell/feature'
import { macroPlace } from './open'

const mostFound = 6
const plain = (text: string) => [{ text }]

/** The macros for the open conversation that have what was typed. */
export async function findMacros(typed: string, signal: AbortSignal): Promise<Found[]> {
  const { items } = await ok(api.GET('/api/v1/macros', { params: { query: { brand: macroPlace()?.brand } }, signal }))
  const found = items.filter((m) => matchesText(`${m.name} ${m.about}`, typed)).slice(0, mostFound)
  return found.map((m) => ({ id: `macro-${m.id}`, group: 'macros.title', title: plain(m.name), note: m.about ? plain(m.about) : undefined, icon: Wand, run: () => macroPlace()?.show(m) }))
}
