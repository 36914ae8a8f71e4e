import { AtSign, Camera, Cloud, Mail, MessageCircle, MessageCircleMore, MessageSquare, Newspaper, Phone, PhoneCall, Plug, Send, Smartphone, Star, ThumbsUp, Video } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import { useT } from '@/lib/i18n'
import classes from './ChannelMark.module.css'

/** Each channel's shape and fixed colour (white on it passes AA in both themes). */
const marks: Record<string, { icon: LucideIcon; color: string }> = {
  webchat: { icon: MessageSquare, color: '#2f5bea' },
  email: { icon: Mail, color: '#4a5bc4' },
  voice: { icon: Phone, color: '#0f7552' },
  video: { icon: Video, color: '#b0246f' },
  sms: { icon: Smartphone, color: '#a24a10' },
  whatsapp: { icon: MessageCircle, color: '#0b7a4b' },
  messenger: { icon: MessageCircleMore, color: '#0b63ce' },
  facebook: { icon: ThumbsUp, color: '#1660d0' },
  instagram: { icon: Camera, color: '#b32d78' },
  instagram_comments: { icon: ThumbsUp, color: '#b32d78' },
  x: { icon: AtSign, color: '#3a4252' },
  x_messages: { icon: MessageCircle, color: '#3a4252' },
  telegram: { icon: Send, color: '#1a6f9e' },
  viber: { icon: PhoneCall, color: '#6b4bb8' },
  mastodon: { icon: AtSign, color: '#5a45d6' },
  mastodon_private: { icon: MessageCircle, color: '#5a45d6' },
  bluesky: { icon: Cloud, color: '#1465c9' },
  bluesky_private: { icon: MessageCircle, color: '#1465c9' },
  reviews: { icon: Star, color: '#8a5a00' },
  // Classes of channels, as routing knows them.
  chat: { icon: MessageSquare, color: '#2f5bea' },
  mail: { icon: Mail, color: '#4a5bc4' },
  call: { icon: Phone, color: '#0f7552' },
  social: { icon: ThumbsUp, color: '#1660d0' },
  feed: { icon: Newspaper, color: '#5b6678' },
}

const unknown = { icon: Plug, color: '#5b6678' }

/** The name of a channel in the current language; of an unknown one, its own id. */
export function useChannelName(): (channel: string) => string {
  const t = useT()
  return (channel) => t.maybe(`channel.${channel}`) ?? channel
}

/** The icon of a channel, for menus and headings. */
export function channelIcon(channel: string): LucideIcon {
  return (marks[channel] ?? unknown).icon
}

/** The bare icon of a channel; its name stands beside it. */
export function ChannelIcon({ channel, size = 14 }: { channel: string; size?: number }) {
  const { icon: Icon } = marks[channel] ?? unknown
  return <Icon size={size} aria-hidden />
}

/** A channel's mark: a shape on its colour, with its name for readers of the screen. */
export function ChannelMark({ channel, size = 18, className }: { channel: string; size?: number; className?: string }) {
  const name = useChannelName()(channel)
  const { icon: Icon, color } = marks[channel] ?? unknown
  return (
    <span className={`${classes.mark} ${className ?? ''}`} style={{ width: size, height: size, background: color }} role="img" aria-label={name} title={name}>
      <Icon size={Math.round(size * 0.58)} strokeWidth={2.2} aria-hidden />
    </span>
  )
}
