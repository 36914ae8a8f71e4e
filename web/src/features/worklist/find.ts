import { api, ok } from '@/lib/api'
import { channelIcon } from '@/kit/ChannelMark'
import type { Found, Search } from '@/shell/feature'
import type { Row } from '../conversation/types'

const mostFound = 6 // of the open ones, and of the closed ones

const find = async (q: string): Promise<Found[]> => {
  const views = (['all', 'closed'] as const).map((view) => ok(api.GET('/api/v1/conversations', { params: { query: { view, q, sort: 'newest', limit: mostFound } } })))
  return (await Promise.all(views)).flatMap((page) => page.items.map(ofRow))
}

const ofRow = (row: Row): Found => ({ id: `conversation-${row.id}`, title: row.customer.name, note: row.subject || row.preview, icon: channelIcon(row.channel), href: `/conversations/${row.id}` })

/** Finds conversations by their customers' names and subjects, the open ones first. */
export const conversationSearch: Search = { group: 'desk.worklist.title', permission: 'conversation.read', find }
