import { ActionIcon, Button, Menu, Popover } from '@mantine/core'
import { useThrottledValue } from '@mantine/hooks'
import { CheckCheck, ChevronDown, MessageSquareQuote, Paperclip, Send, Smile } from 'lucide-react'
import { Suspense, useRef, useState } from 'react'
import { type Translate, useT } from '@/lib/i18n'
import { KeyCaps, useKeysOf } from '@/lib/keys'
import { lazyAlone } from '@/lib/parts'
import { formatNumber } from '@/lib/time'
import { Tip } from '@/kit/Tip'
import { useNarrow } from '@/kit/SidePanel'
import { conversationCommands as commands } from './commands'
import { MacroButton } from './macros/MacroButton'
import { lengthOf } from './posttext'
import { SegmentCount } from './SegmentCount'
import type { Detail } from './types'
import classes from './Composer.module.css'
const TemplateButton = lazyAlone(async () => (await import('./templates/TemplateButton')).TemplateButton)

interface Props {
  detail: Detail
  draft: { text: string; saved: 'typing' | 'here' | 'there' }
  limit: number
  /** The text goes out in segments, of which each costs. */
  segments: boolean
  /** Characters count as X counts them. */
  weighted: boolean
  /** Too much waits to be sent already. */
  full: boolean
  filesAllowed: boolean
  ready: boolean
  resolves: boolean
  /** Where the channel has texts that its provider has approved. */
  onTemplate?: () => void
  onFiles: (files: File[]) => void
  onInsert: (words: string) => void
  onCanned: () => void
  onSend: () => void
  onSendResolve: () => void
}

/** The tools of the composer and its way out. */
export function ComposerFoot(props: Props) {
  const t = useT()
  const length = lengthOf(props.draft.text, props.weighted)
  const over = length > props.limit
  // Read out only what stops one from sending, and not at every key.
  const spoken = useThrottledValue(over ? t('desk.compose.tooLong', { count: length - props.limit }) : props.full ? t('desk.outbox.full') : '', speakEvery)
  return (
    <div className={classes.foot}>
      {props.filesAllowed && <FileButton onFiles={props.onFiles} />}
      <EmojiButton onInsert={props.onInsert} />
      <Tip label={t('desk.compose.canned')}>
        <ActionIcon size={32} onClick={props.onCanned} aria-label={t('desk.compose.canned')}>
          <MessageSquareQuote size={17} />
        </ActionIcon>
      </Tip>
      <MacroButton detail={props.detail} />
      {props.onTemplate && (
        <Suspense>
          <TemplateButton onOpen={props.onTemplate} />
        </Suspense>
      )}
      <span className={classes.status} data-over={over || props.full || undefined}>
        {statusOf(t, length, props)}
      </span>
      {props.segments && props.draft.text !== '' && <SegmentCount text={props.draft.text} plainly={props.detail.capabilities?.plain ?? false} />}
      <span className="sr-only" role="status">
        {spoken}
      </span>
      <SendButton {...props} />
    </div>
  )
}

const nearLimit = 0.8
const speakEvery = 5000 // milliseconds

function statusOf(t: Translate, length: number, { limit, draft, full }: Props): string {
  if (full) return t('desk.outbox.full')
  if (length > limit) return t('desk.compose.tooLong', { count: length - limit })
  if (length > limit * nearLimit) return `${formatNumber(length, t.language)} / ${formatNumber(limit, t.language)}`
  if (draft.text === '') return ''
  return t(draft.saved === 'there' ? 'desk.compose.saved' : draft.saved === 'here' ? 'desk.compose.savedHere' : 'desk.compose.unsaved')
}

/** Chooses files from the device. */
export function FileButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const t = useT()
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(e) => {
          onFiles([...(e.currentTarget.files ?? [])])
          e.currentTarget.value = ''
        }}
      />
      <Tip label={t('desk.compose.attach')}>
        <ActionIcon size={32} onClick={() => input.current?.click()} aria-label={t('desk.compose.attach')}>
          <Paperclip size={17} />
        </ActionIcon>
      </Tip>
    </>
  )
}

const emojis = '😀 🙂 😉 😊 😍 🤔 😅 😕 😢 😮 👍 👎 🙏 👋 💪 👌 ❤️ 🎉 ✅ ❌ ⚠️ ⏳ 📎 📞'.split(' ')

function EmojiButton({ onInsert }: { onInsert: (words: string) => void }) {
  const t = useT()
  const [open, setOpen] = useState(false)
  return (
    <Popover opened={open} onChange={setOpen} position="top-start" withRoles trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon size={32} onClick={() => setOpen((now) => !now)} aria-label={t('desk.compose.emoji')}>
          <Smile size={17} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={6} aria-label={t('desk.compose.emoji')}>
        <div className={classes.emojis}>
          {emojis.map((emoji) => (
            <button
              key={emoji}
              type="button"
              onClick={() => {
                setOpen(false)
                onInsert(emoji)
              }}
            >
              {emoji}
            </button>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function SendButton({ ready, resolves, onSend, onSendResolve }: Props) {
  const t = useT()
  const narrow = useNarrow()
  const keys = useKeysOf(commands.send)
  const resolveKeys = useKeysOf(commands.sendResolve)
  return (
    <div className={classes.send}>
      <Button leftSection={<Send size={15} />} rightSection={!narrow && <KeyCaps keys={keys} />} disabled={!ready} onClick={onSend} className={resolves ? classes.sendLeft : undefined}>
        {t('desk.act.send')}
      </Button>
      {resolves && (
        <Menu position="top-end">
          <Menu.Target>
            <ActionIcon variant="filled" color="accent" size={32} disabled={!ready} className={classes.sendMore} aria-label={t('desk.compose.sendOptions')}>
              <ChevronDown size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<CheckCheck size={16} />} rightSection={<KeyCaps keys={resolveKeys} />} onClick={onSendResolve}>
              {t('desk.act.sendResolve')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  )
}
