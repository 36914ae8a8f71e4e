import { Bot, Building2, Gamepad2, Globe, type LucideIcon, Mail, MessageSquare, Phone, Plug, Star, Store, Ticket, Users } from 'lucide-react'
import classes from './ChannelMark.module.css'

/** The pictures that an own channel can have. */
const pictures: Record<string, LucideIcon> = { plug: Plug, message: MessageSquare, store: Store, phone: Phone, mail: Mail, globe: Globe, star: Star, bot: Bot, users: Users, ticket: Ticket, gamepad: Gamepad2, building: Building2 }

/** The mark of an own channel, as its maker has chosen; its name stands beside it. */
export function OwnMark({ icon, color, size = 18 }: { icon?: string; color?: string; size?: number }) {
  const Icon = pictures[icon ?? ''] ?? Plug
  return (
    <span className={classes.mark} style={{ width: size, height: size, background: color ?? '#5b6678' }} aria-hidden>
      <Icon size={Math.round(size * 0.58)} strokeWidth={2.2} />
    </span>
  )
}
