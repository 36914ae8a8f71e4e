import { Eye, EyeOff, Globe, Lock } from 'lucide-react'
import { type Key, type Translate, useT } from '@/lib/i18n'
import { Tip } from '@/kit/Tip'
import { calledBy } from './calledBy'
import { conversationCommands as commands } from './commands'
import { firstName } from './insert'
import type { ActName } from './rights'
import type { About } from './social/about'
import type { Detail, Mode } from './types'
import classes from './Composer.module.css'

interface Props {
  detail: Detail
  mode: Mode
  onMode: (mode: Mode) => void
  may: ReadonlySet<ActName>
  /** Where everybody reads: what is answered, and for whom. */
  about?: About
}

const modes = [
  { mode: 'reply', label: 'desk.compose.reply', command: commands.reply },
  { mode: 'note', label: 'desk.compose.note', command: commands.note },
] as const

/** Chooses between a reply and a note, and says who will read it. */
export function ComposerHead({ detail, mode, onMode, may, about }: Props) {
  const t = useT()
  const Icon = mode === 'note' ? EyeOff : about?.privately ? Lock : detail.capabilities?.public ? Globe : Eye
  return (
    <div className={classes.head}>
      <div className={classes.modes} role="group" aria-label={t('desk.compose.modes')}>
        {modes.map((m) => (
          <Tip key={m.mode} label={t(m.label)} command={m.command}>
            <button type="button" aria-pressed={mode === m.mode} disabled={m.mode === 'note' && !may.has('note')} onClick={() => onMode(m.mode)}>
              {t(m.label)}
            </button>
          </Tip>
        ))}
      </div>
      <p className={classes.readers} role="status">
        <Icon size={14} aria-hidden /> <span>{readersOf(t, detail, mode, about)}</span>
      </p>
    </div>
  )
}

/** Who will read what is written, in words. */
export function readersOf(t: Translate, detail: Pick<Detail, 'customer' | 'channel' | 'capabilities' | 'post'>, mode: Mode, about?: About): string {
  if (mode === 'note') return t('desk.compose.readers.note')
  if (about?.privately) return t('desk.compose.readers.private', { name: about.name })
  if (detail.post) return t.maybe(`desk.compose.readers.post.${detail.channel}`) ?? t('desk.compose.readers.post')
  const key: Key = detail.capabilities?.public ? 'desk.compose.readers.public' : detail.channel === 'webchat' ? 'desk.compose.readers.chat' : 'desk.compose.readers.other'
  return t(key, { name: firstName(detail.customer.name) || calledBy(t, detail.customer), channel: t.maybe(`channel.${detail.channel}`) ?? detail.channel })
}
