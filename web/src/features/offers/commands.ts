import { Check, X } from 'lucide-react'
import type { CommandSpec } from '@/lib/keys'

const everywhere = { group: 'desk.keys.offers', scope: 'everywhere', permission: 'presence.self' } as const

/** What can be done with the most urgent offer, from every screen, while typing and beside an open dialog. */
export const offerCommands = {
  accept: { id: 'offer.accept', title: 'desk.offer.accept', keys: 'alt+a', inText: true, inDialog: true, icon: Check, ...everywhere },
  decline: { id: 'offer.decline', title: 'desk.offer.decline', keys: 'alt+d', inText: true, inDialog: true, icon: X, ...everywhere },
} satisfies Record<string, CommandSpec>
