import { type RefObject, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { FileDrop, type Refused } from '@/kit/FileDrop'
import type { ConversationActs } from './acts'
import { conversationCommands as commands } from './commands'
import { ComposerFoot } from './ComposerFoot'
import { ComposerHead } from './ComposerHead'
import { useDesk } from './desk'
import { DraftOffer } from './DraftOffer'
import { NoReply } from './NoReply'
import { Files } from './Files'
import { namedIn, replaced } from './insert'
import { PickPopup } from './PickPopup'
import type { ActName } from './rights'
import type { Detail, Mode } from './types'
import { useDraft } from './useDraft'
import { usePick } from './usePick'
import { useTypingSignal } from './useTypingSignal'
import { useUploads } from './useUploads'
import classes from './Composer.module.css'

export interface ComposerHandle {
  focus: () => void
  /** Puts a text that was not sent back, before what is there. */
  put: (text: string, mode: Mode) => void
}

interface Props {
  detail: Detail
  may: ReadonlySet<ActName>
  acts: ConversationActs
  mode: Mode
  onMode: (mode: Mode) => void
  /** Answers the number of the newest entry that was in sight. */
  seen: () => number
  handle: RefObject<ComposerHandle | null>
}

const usual = { attachments: 5, attachment_bytes: 10 * 1024 * 1024, text_limit: 10_000 }

/** Where one writes to the customer, or to colleagues; it always says to whom. */
export function Composer({ detail, may, acts, mode, onMode, seen, handle }: Props) {
  const t = useT()
  const { outbox } = useDesk()
  const limits = { ...usual, ...detail.capabilities }
  const reply = useDraft(detail.id, 'reply')
  const note = useDraft(detail.id, 'note')
  const draft = mode === 'note' ? note : reply
  const { keeper, text } = draft
  const files = useUploads(detail.id, limits)
  const [refused, setRefused] = useState<Refused[]>([])
  const field = useRef<HTMLTextAreaElement>(null)
  const pick = usePick({ detail, mode, text, field, onText: (next) => keeper.type(next) })
  const signal = useTypingSignal(detail.id, mode)

  useLayoutEffect(() => fit(field.current, text), [text])
  useImperativeHandle(handle, () => ({
    focus: () => focusNow(field),
    put: (back, to) => {
      onMode(to)
      const target = to === 'note' ? note.keeper : reply.keeper
      const rest = target.state().text
      target.type(rest ? `${back}\n${rest}` : back)
      focusNow(field)
    },
  }))

  const carries = mode === 'reply' ? files.stored : []
  const ready = (text.trim() !== '' || carries.length > 0) && [...text].length <= limits.text_limit && !(mode === 'reply' && files.busy) && may.has(mode)
  const send = async () => {
    const message = { mode, text: text.trim(), attachments: carries, mentions: mode === 'note' ? namedIn(text, pick.picked) : [], based_on_seq: seen() }
    keeper.sent()
    signal.stop()
    if (mode === 'reply') files.clear()
    field.current?.focus()
    return outbox.send(detail.id, message)
  }
  const sendAndResolve = async () => {
    if (await send()) await acts.resolve()
  }
  const insert = (words: string) => {
    const at = field.current
    const { text: next, caret } = replaced(text, at?.selectionStart ?? text.length, at?.selectionEnd ?? text.length, words)
    keeper.type(next)
    pick.placeCaret(caret)
  }
  useCommand(commands.send, () => void send(), ready)
  useCommand(commands.sendResolve, () => void sendAndResolve(), ready && mode === 'reply' && may.has('resolve'))

  if (!may.has('reply') && !may.has('note')) return null
  return (
    <div className={classes.dock}>
      <FileDrop onFiles={(dropped) => setRefused(files.add(dropped))} disabled={mode !== 'reply' || !may.has('reply') || limits.attachments === 0}>
        <div className={classes.composer} data-mode={mode} role="group" aria-label={t('desk.compose.title')}>
          <PickPopup pick={pick} />
          <ComposerHead detail={detail} mode={mode} onMode={onMode} may={may} />
          {draft.offered && <DraftOffer offered={draft.offered} keeper={keeper} />}
          {may.has(mode) ? (
            <>
              <textarea
                ref={field}
                className={classes.field}
                rows={2}
                aria-label={t(mode === 'note' ? 'desk.compose.noteLabel' : 'desk.compose.replyLabel', { name: detail.customer.name })}
                aria-autocomplete="list"
                aria-controls={pick.open ? pick.listId : undefined}
                aria-activedescendant={pick.activeId}
                placeholder={t(mode === 'note' ? 'desk.compose.notePlaceholder' : 'desk.compose.replyPlaceholder')}
                value={text}
                dir="auto"
                onChange={(e) => {
                  keeper.type(e.currentTarget.value)
                  pick.look()
                  signal.typed(e.currentTarget.value)
                }}
                onSelect={pick.look}
                onBlur={pick.close}
                onKeyDown={pick.onKeyDown}
              />
              {mode === 'reply' && <Files files={files} refused={refused} onForget={() => setRefused([])} />}
              <ComposerFoot
                detail={detail}
                draft={draft}
                limit={limits.text_limit}
                filesAllowed={mode === 'reply' && limits.attachments > 0}
                ready={ready}
                resolves={mode === 'reply' && may.has('resolve')}
                onFiles={(chosen) => setRefused(files.add(chosen))}
                onInsert={insert}
                onCanned={pick.openCanned}
                onSend={() => void send()}
                onSendResolve={() => void sendAndResolve()}
              />
            </>
          ) : (
            <NoReply detail={detail} may={may} acts={acts} />
          )}
        </div>
      </FileDrop>
    </div>
  )
}

/** At once, so that no key gets lost; where the field is only coming, when it is there. */
function focusNow(field: RefObject<HTMLTextAreaElement | null>) {
  if (field.current) field.current.focus()
  else requestAnimationFrame(() => field.current?.focus())
}

const tallest = 260 // pixels; then the text scrolls

/** Makes a field as tall as its text. */
function fit(field: HTMLTextAreaElement | null, text: string) {
  if (!field) return
  field.style.height = 'auto'
  if (text !== '') field.style.height = `${Math.min(field.scrollHeight, tallest)}px`
}
