import type { Feature } from '@/shell/feature'
import { offerCommands } from './commands'
import { OfferWatch } from './OfferWatch'

export const offers: Feature = { commands: Object.values(offerCommands), Overlay: OfferWatch }
