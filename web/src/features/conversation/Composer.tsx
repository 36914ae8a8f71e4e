import { type RefObject, Suspense, useEffect, useEffectEvent, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { lazyAlone, lazyPart } from '@/lib/parts'
import { FileDrop, type Refused } from '@/kit/FileDrop'
import { PanelBoundary } from '@/kit/states'
import { isMail } from '../mail/mail'
import type { MailHandle } from '../mail/MailComposer'
import type { ConversationActs } from './acts'
import { calledBy } from './calledBy'
import { conversationCommands as commands } from './commands'
import { ComposerFoot } from './ComposerFoot'
import { ComposerHead } from './ComposerHead'
import { useDesk } from './desk'
import { DraftOffer } from './DraftOffer'
import { NoReply } from './NoReply'
import { Files } from './Files'
import { KeptText } from './KeptText'
import type { Outgoing } from './outbox'
import { namedIn, replaced } from './insert'
import { useInsertions } from './insertions'
import { PickPopup } from './PickPopup'
import { lengthOf } from './posttext'
import { ReplyWindow, useWindowClosed } from './ReplyWindow'
import type { ActName } from './rights'
import { aboutOf, answerTo, useAbout } from './social/about'
import { authorOf } from './social/nameOf'
import { type Entries, fold } from './entries'
import type { Detail, Mode } from './types'
import type { Along } from './upload'
import { useDraft } from './useDraft'
import { usePick } from './usePick'
import { useTypingSignal } from './useTypingSignal'
import { useUploads } from './useUploads'
import classes from './Composer.module.css'

export interface ComposerHandle {
  focus: () => void
  /** Puts what was not sent back, before what is there. */
  put: (back: Unsent) => void
}

/** A message that comes back to be changed, with all that belongs to it. */
export type Unsent = Pick<Outgoing, 'text' | 'mode' | 'attachments' | 'mentions' | 'mail' | 'answers_id' | 'privately'>

const Readers = lazyPart(async () => (await import('./social/Readers')).Readers)
const QuoteBar = lazyPart(async () => (await import('./social/Quote')).QuoteBar)
const MailComposer = lazyPart(async () => (await import('../mail/MailComposer')).MailComposer)
const TemplateDialog = lazyAlone(async () => (await import('./templates/TemplateDialog')).TemplateDialog)

interface Props {
  detail: Detail
  may: ReadonlySet<ActName>
  acts: ConversationActs
  mode: Mode
  onMode: (mode: Mode) => void
  entries: Entries | undefined
  /** Answers the number of the newest entry that was in sight. */
  seen: () => number
  handle: RefObject<ComposerHandle | null>
}

const privateLimit = 2000 // characters: what messengers take
const usual = { attachments: 5, attachment_bytes: 10 * 1024 * 1024, text_limit: 10_000 }

/** Where one writes to the customer, or to colleagues; it always says to whom. */
export function Composer({ detail, may, acts, mode, onMode, entries, seen, handle }: Props) {
  const t = useT()
  const { outbox } = useDesk()
  const about = useAbout(detail.id)
  const carried = { ...usual, ...detail.capabilities }
  const limits = about?.privately ? { ...carried, text_limit: Math.min(carried.text_limit, privateLimit), attachments: 0 } : carried
  const reply = useDraft(detail.id, 'reply')
  const note = useDraft(detail.id, 'note')
  const full = outbox.full(detail.id)
  const draft = mode === 'note' ? note : reply
  const { keeper, text } = draft
  const files = useUploads(detail.id, limits)
  const [refused, setRefused] = useState<Refused[]>([])
  const field = useRef<HTMLTextAreaElement>(null)
  const pick = usePick({ detail, mode, text, field, onText: (next) => keeper.type(next), onMention: (who) => keeper.mention(who) })
  const signal = useTypingSignal(detail.id, mode)
  // A mail has an editor of its own, which stays while one writes a note.
  const mail = isMail(detail) && may.has('reply')
  const writesMail = mail && mode === 'reply'
  const letter = useRef<MailHandle>(null)
  const [choosing, setChoosing] = useState(false)
  const onTemplate = mode === 'reply' && may.has('reply') && !full && detail.capabilities?.acts.includes('send_template') ? () => setChoosing(true) : undefined

  useLayoutEffect(() => fit(field.current, text), [text])
  const turn = useEffectEvent(() => {
    onMode('reply')
    focusNow(field)
  })
  const aim = about && `${about.entry} ${about.privately}`
  useEffect(() => {
    if (aim) turn()
  }, [aim])
  useImperativeHandle(handle, () => ({
    focus: () => (writesMail ? focusNow(letter) : focusNow(field)),
    put: (back) => {
      onMode(back.mode)
      if (mail && back.mode === 'reply') {
        files.put(back.attachments)
        letter.current?.put(back)
        return focusNow(letter)
      }
      const answered = entries?.find((e) => e.id === back.answers_id)
      if (answered) answerTo(detail.id, aboutOf(answered, authorOf(t, answered, detail), back.privately ?? false))
      const target = back.mode === 'note' ? note.keeper : reply.keeper
      for (const who of back.mentions) target.mention(who)
      target.type(joined(back.text, target.state().text))
      files.put(back.attachments)
      focusNow(field)
    },
  }))

  const carries = mode === 'reply' ? files.stored : []
  const mute = limits.text_limit === 0 && limits.attachments === 0
  const closed = (useWindowClosed(detail.writable_until) || mute) && mode === 'reply'
  const ready = !full && !closed && (text.trim() !== '' || carries.length > 0) && lengthOf(text, mode === 'reply' && limits.weighted) <= limits.text_limit && !(mode === 'reply' && files.busy) && may.has(mode)
  const send = () => {
    // Kept in the outbox before it leaves the field.
    const sent = outbox.send(detail.id, { mode, text: text.trim(), attachments: carries, mentions: mode === 'note' ? namedIn(text, keeper.mentions()) : [], based_on_seq: seen(), ...(mode === 'reply' && about && { answers_id: about.entry, privately: about.privately }) })
    if (mode === 'reply') answerTo(detail.id, undefined)
    keeper.sent()
    signal.stop()
    if (mode === 'reply') files.clear()
    field.current?.focus()
    return sent
  }
  const sendAndResolve = async () => {
    if (await send()) acts.resolve()
  }
  const insert = (words: string) => {
    const at = field.current
    const { text: next, caret } = replaced(text, at?.selectionStart ?? text.length, at?.selectionEnd ?? text.length, words)
    keeper.type(next)
    pick.placeCaret(caret)
  }
  const insertReply = (words: string, along: readonly Along[]) => {
    if (along.length > 0) setRefused(files.bring(along))
    if (mail) {
      onMode('reply')
      return letter.current?.insert(words)
    }
    if (mode === 'reply') return insert(words)
    onMode('reply')
    reply.keeper.type(joined(reply.text, words))
    focusNow(field)
  }
  useInsertions(detail.id, insertReply, may.has('reply'))
  const makeNote = () => {
    note.keeper.type(joined(text, note.keeper.state().text))
    keeper.type('')
    onMode('note')
    focusNow(field)
  }
  useCommand(commands.send, () => void send(), ready && !writesMail)
  useCommand(commands.sendResolve, () => void sendAndResolve(), ready && !writesMail && mode === 'reply' && may.has('resolve'))

  const locked = !may.has(mode)
  if (locked && text === '' && !may.has('reply') && !may.has('note')) return null
  return (
    <div className={classes.dock}>
      <FileDrop onFiles={(dropped) => setRefused(files.add(dropped))} disabled={mode !== 'reply' || !may.has('reply') || limits.attachments === 0}>
        <div className={classes.composer} data-mode={mode} data-privately={(mode === 'reply' && about?.privately) || undefined} role="group" aria-label={t('desk.compose.title')}>
          <PickPopup pick={pick} />
          <ComposerHead detail={detail} mode={mode} onMode={onMode} may={may} about={mode === 'reply' ? about : undefined} />
          {mode === 'reply' && !locked && detail.capabilities?.public && (
            <Suspense>
              <Readers detail={detail} entries={fold(entries ?? [])} about={about} />
            </Suspense>
          )}
          {mode === 'reply' && !locked && detail.capabilities?.replies && !detail.capabilities.public && (
            <Suspense>
              <QuoteBar detail={detail} entries={entries ?? []} about={about} />
            </Suspense>
          )}
          {mail && (
            <PanelBoundary>
              <Suspense fallback={<div className={classes.coming} hidden={!writesMail} />}>
                <MailComposer
                  detail={detail}
                  limit={limits.text_limit}
                  files={files}
                  fileList={<Files files={files} refused={refused} onForget={() => setRefused([])} />}
                  filesAllowed={limits.attachments > 0}
                  onFiles={(chosen) => setRefused(files.add(chosen))}
                  active={writesMail}
                  resolves={may.has('resolve')}
                  onResolve={acts.resolve}
                  seen={seen}
                  handle={letter}
                />
              </Suspense>
            </PanelBoundary>
          )}
          {!writesMail && draft.offered && <DraftOffer offered={draft.offered} keeper={keeper} />}
          {!writesMail && (!locked || text !== '') && (
            <>
              <textarea
                ref={field}
                className={classes.field}
                rows={2}
                readOnly={locked}
                aria-label={t(mode === 'note' ? 'desk.compose.noteLabel' : 'desk.compose.replyLabel', { name: calledBy(t, detail.customer) })}
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
              {locked && <KeptText text={text} onNote={mode === 'reply' && may.has('note') ? makeNote : undefined} />}
            </>
          )}
          {locked && <NoReply detail={detail} may={may} acts={acts} />}
          {!locked && !writesMail && (
            <>
              {mode === 'reply' && (mute || detail.writable_until) && <ReplyWindow until={mute ? undefined : detail.writable_until} onTemplate={onTemplate} />}
              {mode === 'reply' && <Files files={files} refused={refused} onForget={() => setRefused([])} />}
              <ComposerFoot
                detail={detail}
                draft={draft}
                limit={limits.text_limit}
                segments={mode === 'reply' && limits.segments === true}
                weighted={mode === 'reply' && limits.weighted === true}
                full={full}
                filesAllowed={mode === 'reply' && limits.attachments > 0}
                ready={ready}
                onTemplate={onTemplate}
                resolves={mode === 'reply' && may.has('resolve')}
                onFiles={(chosen) => setRefused(files.add(chosen))}
                onInsert={insert}
                onCanned={pick.openCanned}
                onSend={() => void send()}
                onSendResolve={() => void sendAndResolve()}
              />
            </>
          )}
        </div>
        {choosing && (
          <Suspense>
            <TemplateDialog detail={detail} seen={seen} onClose={() => setChoosing(false)} />
          </Suspense>
        )}
      </FileDrop>
    </div>
  )
}

const joined = (first: string, then: string) => (then ? `${first}\n${then}` : first)

/** At once, so that no key gets lost; where the field is only coming, when it is there. */
function focusNow(field: RefObject<{ focus: () => void } | null>) {
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
