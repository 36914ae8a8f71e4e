import { ActionIcon, Button, Menu, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { CheckCheck, ChevronDown, MessageSquareQuote, Send, Users, X } from 'lucide-react'
import { type ReactNode, type RefObject, Suspense, useEffect, useEffectEvent, useImperativeHandle, useRef, useState } from 'react'
import { useT } from '@/lib/i18n'
import { KeyCaps, useCommand, useKeysOf } from '@/lib/keys'
import { lazyPart } from '@/lib/parts'
import { useSignedIn } from '@/lib/session'
import { ChooseOne } from '@/kit/Choose'
import { useNarrow } from '@/kit/SidePanel'
import { Tip } from '@/kit/Tip'
import { entriesQuery } from '../conversation/api'
import { calledBy } from '../conversation/calledBy'
import { conversationCommands as commands } from '../conversation/commands'
import { FileButton } from '../conversation/ComposerFoot'
import { useDesk } from '../conversation/desk'
import { DraftOffer } from '../conversation/DraftOffer'
import type { Outgoing } from '../conversation/outbox'
import { PickPopup } from '../conversation/PickPopup'
import type { Detail } from '../conversation/types'
import { useDraft } from '../conversation/useDraft'
import { usePick } from '../conversation/usePick'
import type { useUploads } from '../conversation/useUploads'
import { AddressField } from './AddressField'
import { senderName, sendersQuery, signatureQuery, signaturesOf } from './api'
import { takeLeft } from './begin'
import { type Letter, addresseesOf, blankLetter, formatLetter, ownFiles, ownPart, paragraphs, parseLetter, textOf } from './letter'
import { type Forwarded, bareSubject, isRecipient, mailOf } from './mail'
import { MailFrame } from './MailFrame'
import { LaterItems, WhenDialog } from './MailOutcome'
import { type putBack, takeBacks } from './putBack'
import type { RichHandle } from './RichText'
import { RichView } from './RichView'
import classes from './Mail.module.css'

// The editor is large; what stands around it is not.
const RichText = lazyPart(async () => (await import('./RichText')).RichText)

/** What stands around a mail that is being written does to it. */
export interface MailHandle {
  focus: () => void
  insert: (words: string) => void
  put: (back: Pick<Outgoing, 'text' | 'mail'>) => void
}

interface Props {
  detail: Detail
  limit: number
  /** The files that go with it, and what lists them. */
  files: ReturnType<typeof useUploads>
  fileList: ReactNode
  filesAllowed: boolean
  onFiles: (files: File[]) => void
  /** Hidden while one writes something else: what is written stays. */
  active: boolean
  resolves: boolean
  onResolve: () => void
  seen: () => number
  handle: RefObject<MailHandle | null>
}

/** Where one writes a mail. */
export function MailComposer(props: Props) {
  const { detail, limit, files, active, seen, handle } = props
  const t = useT()
  const { outbox } = useDesk()
  const draft = useDraft(detail.id, 'mail')
  const letter = parseLetter(draft.text)
  const { writing, typed } = useWriting(draft.text)
  const rich = useRef<RichHandle>(null)
  const change = (part: Partial<Letter>) => {
    const next = formatLetter({ ...parseLetter(draft.keeper.state().text), ...part })
    typed(next)
    draft.keeper.type(next)
  }
  const addressees = useAddressees(detail, letter)
  const pick = usePick({ detail, mode: 'reply', text: textOf(letter.html), field: rich, onText: () => undefined, onInsert: (from, to, words) => rich.current?.replace(from, to, words), onMention: () => undefined })

  const put = (back: Letter) => draft.keeper.type(formatLetter({ ...back, html: back.html + parseLetter(draft.keeper.state().text).html }))
  const tookBack = useEffectEvent((entry: Parameters<typeof putBack>[1]) => {
    put({ ...letterOf(mailOf(entry)), html: entry.html ? ownPart(entry.html) : paragraphs(entry.text) })
    files.put(ownFiles(entry))
  })
  useEffect(() => takeBacks(detail.id, (entry) => tookBack(entry)), [detail.id])
  useImperativeHandle(handle, () => ({
    focus: () => rich.current?.focus(),
    insert: (words) => (rich.current ? rich.current.insert(words) : put({ ...parseLetter(draft.keeper.state().text), html: paragraphs(words) })),
    put: ({ text, mail }) => put(mail ? letterOf(mail) : { ...blankLetter, html: paragraphs(text) }),
  }))

  useLeft(detail.id, put)

  const text = textOf(letter.html)
  const names = [...(letter.to ?? addressees.to), ...(letter.cc ?? []), ...(letter.bcc ?? [])]
  const wrong = names.some((n) => !isRecipient(n)) || (letter.to !== undefined && letter.to.length === 0 && addressees.to.length > 0)
  const over = [...text].length > limit
  const full = outbox.full(detail.id)
  const ready = active && !full && !wrong && !over && !files.busy && (text !== '' || files.stored.length > 0 || letter.forward !== undefined)
  const send = (at?: Date) => {
    const { html, ...rest } = letter
    const sent = outbox.send(detail.id, {
      mode: 'reply', text, attachments: files.stored, mentions: [], based_on_seq: seen(),
      mail: { ...rest, html, to: letter.to ?? addressees.to, send_at: at?.toISOString(), draft: draft.text },
    })
    draft.keeper.sent()
    files.clear()
    return sent
  }
  const sendAndResolve = async () => {
    if (await send()) props.onResolve()
  }
  useCommand(commands.send, () => void send(), ready)
  useCommand(commands.sendResolve, () => void sendAndResolve(), ready && props.resolves)

  return (
    <div hidden={!active}>
      <PickPopup pick={pick} />
      {draft.offered && <DraftOffer offered={{ ...draft.offered, text: textOf(parseLetter(draft.offered.text).html) }} keeper={draft.keeper} />}
      <Envelope detail={detail} letter={letter} addressees={addressees} onChange={change} />
      <Suspense fallback={<div className={classes.rich} />}>
        <RichText key={writing.version} label={t('desk.compose.replyLabel', { name: calledBy(t, detail.customer) })} html={writing.html} handle={rich} onChange={(html) => change({ html })} onLook={pick.look} onKeyDown={pick.onKeyDown} onBlur={pick.close} />
      </Suspense>
      <Signature brand={detail.brand_id} from={letter.from_id ?? detail.entry_point?.id} />
      {letter.forward && <PassedOn forward={letter.forward} onRemove={() => change({ forward: undefined })} />}
      {props.fileList}
      <div className={classes.foot}>
        {props.filesAllowed && <FileButton onFiles={props.onFiles} />}
        <Tip label={t('desk.compose.canned')}>
          <ActionIcon size={32} onClick={pick.openCanned} aria-label={t('desk.compose.canned')}>
            <MessageSquareQuote size={17} />
          </ActionIcon>
        </Tip>
        <span className={classes.status} data-over={over || full || wrong || undefined}>
          {full ? t('desk.outbox.full') : over ? t('desk.compose.tooLong', { count: [...text].length - limit }) : wrong ? t('mails.checkRecipients') : draft.text === '' ? '' : t(draft.saved === 'there' ? 'desk.compose.saved' : draft.saved === 'here' ? 'desk.compose.savedHere' : 'desk.compose.unsaved')}
        </span>
        <SendButtons ready={ready} resolves={props.resolves} onSend={(at) => void send(at)} onSendResolve={() => void sendAndResolve()} />
      </div>
    </div>
  )
}

/** What the editor began with; it begins anew when the draft becomes another than what was typed here: sent, brought back, or of another device. */
function useWriting(draft: string) {
  const [writing, setWriting] = useState(() => ({ html: parseLetter(draft).html, version: 0 }))
  const own = useRef(draft)
  useEffect(() => {
    if (draft === own.current) return
    own.current = draft
    setWriting((now) => ({ html: parseLetter(draft).html, version: now.version + 1 }))
  }, [draft])
  return { writing, typed: (next: string) => void (own.current = next) }
}

/** Takes with what one begins to write here: what is passed on, or quoted. */
function useLeft(conversation: string, put: (letter: Letter) => void) {
  const take = useEffectEvent(() => {
    const left = takeLeft(conversation)
    if (left) put(left)
  })
  useEffect(() => take(), [])
}

/** The mail that will stand below the text, as it is: the server puts it there with its head. */
function PassedOn({ forward, onRemove }: { forward: Forwarded; onRemove: () => void }) {
  const t = useT()
  const files = forward.attachment_ids?.length ?? 0
  return (
    <section className={classes.passed} aria-label={t('mails.forwarded')}>
      <header>
        <strong>{t('mails.forwarded')}</strong>
        {files > 0 && <span>{t('mails.forwardFiles', { count: files })}</span>}
        <ActionIcon size={24} onClick={onRemove} aria-label={t('mails.forwardRemove')}>
          <X size={14} />
        </ActionIcon>
      </header>
      <div className={classes.passedText}>
        <MailFrame conversation={forward.conversation_id} entry={forward.entry_id} title={t('mails.forwarded')} text="" images={false} whole={false} onFolds={() => undefined} />
      </div>
    </section>
  )
}

/** To whom the answer goes as things stand. */
function useAddressees(detail: Detail, letter: Letter) {
  const entries = useQuery(entriesQuery(detail.id)).data ?? []
  const senders = useQuery(sendersQuery(detail.brand_id)).data ?? []
  const found = addresseesOf(entries, senders.map((s) => s.address))
  return { ...found, everyone: found.everyone.filter((a) => ![...(letter.cc ?? []), ...(letter.to ?? [])].includes(a)), first: !entries.some((e) => e.kind === 'message') }
}

interface EnvelopeProps {
  detail: Detail
  letter: Letter
  addressees: ReturnType<typeof useAddressees>
  onChange: (part: Partial<Letter>) => void
}

/** From where, to whom and about what. */
function Envelope({ detail, letter, addressees, onChange }: EnvelopeProps) {
  const t = useT()
  const me = useSignedIn().user.name
  const senders = useQuery(sendersQuery(detail.brand_id)).data ?? []
  const [copies, setCopies] = useState(false)
  const shown = copies || Boolean(letter.cc?.length) || Boolean(letter.bcc?.length)
  const usual = !detail.subject ? t('mails.noSubject') : addressees.first ? detail.subject : `Re: ${bareSubject(detail.subject)}`
  return (
    <div className={classes.envelope}>
      {senders.length > 1 && (
        <ChooseOne
          variant="unstyled"
          size="sm"
          label={t('mails.from')}
          classNames={{ root: classes.fieldRow, label: classes.fieldLabel, wrapper: classes.fieldInput, input: classes.fieldControl }}
          data={senders.map((s) => ({ value: s.id, label: senderName(s, me) }))}
          value={letter.from_id ?? detail.entry_point?.id ?? null}
          allowDeselect={false}
          onChange={(from) => onChange({ from_id: from ?? undefined })}
        />
      )}
      <div className={classes.recipientsRow}>
        <AddressField label={t('mails.to')} placeholder={detail.customer.name || t('customers.unnamed')} value={letter.to ?? addressees.to} onChange={(to) => onChange({ to })} />
        {!shown && (
          <button type="button" className={classes.link} onClick={() => setCopies(true)}>
            {t('mails.copies')}
          </button>
        )}
      </div>
      {addressees.everyone.length > 0 && (
        <button type="button" className={classes.everyone} onClick={() => onChange({ cc: [...(letter.cc ?? []), ...addressees.everyone] })}>
          <Users size={13} aria-hidden /> {t('mails.everyone', { count: addressees.everyone.length })}
        </button>
      )}
      {shown && (
        <>
          <AddressField first={copies && !letter.cc?.length} label={t('mails.cc')} value={letter.cc ?? []} onChange={(cc) => onChange({ cc: cc.length > 0 ? cc : undefined })} />
          <AddressField label={t('mails.bcc')} value={letter.bcc ?? []} onChange={(bcc) => onChange({ bcc: bcc.length > 0 ? bcc : undefined })} />
        </>
      )}
      <TextInput
        variant="unstyled"
        size="sm"
        label={t('mails.subject')}
        classNames={{ root: classes.fieldRow, label: classes.fieldLabel, wrapper: classes.fieldInput, input: classes.fieldControl }}
        maxLength={longestSubject}
        placeholder={usual}
        value={letter.subject ?? ''}
        onChange={(e) => onChange({ subject: e.currentTarget.value === '' ? undefined : e.currentTarget.value })}
      />
    </div>
  )
}

const longestSubject = 300

/** What of a mail is written again: not when it was to be sent. */
const letterOf = ({ html = '', to, cc, bcc, subject, from_id, forward }: Partial<Letter>): Letter => ({ html, to, cc, bcc, subject, from_id, forward })

/** What will stand below the text. */
function Signature({ brand, from }: { brand: string; from: string | undefined }) {
  const t = useT()
  const me = useSignedIn().user.name
  const senders = useQuery(sendersQuery(brand)).data ?? []
  const sender = senders.find((s) => s.id === from)
  const own = useQuery({ ...signatureQuery, enabled: sender !== undefined && sender.signature_rule !== 'mailbox' }).data ?? ''
  const parts = sender ? signaturesOf(sender, own, me) : []
  if (parts.length === 0) return null
  return (
    <div className={classes.signature} role="note" aria-label={t('mails.signature')}>
      {parts.map(({ html, text }) => (html ? <RichView key="own" html={html} /> : <p key="box">{text}</p>))}
    </div>
  )
}

function SendButtons({ ready, resolves, onSend, onSendResolve }: { ready: boolean; resolves: boolean; onSend: (at?: Date) => void; onSendResolve: () => void }) {
  const t = useT()
  const narrow = useNarrow()
  const sendKeys = useKeysOf(commands.send)
  const resolveKeys = useKeysOf(commands.sendResolve)
  const [opened, setOpened] = useState(false)
  const [asking, setAsking] = useState(false)
  return (
    <div className={classes.send}>
      <Button className={classes.sendLeft} leftSection={<Send size={15} />} rightSection={!narrow && <KeyCaps keys={sendKeys} />} disabled={!ready} onClick={() => onSend()}>
        {t('desk.act.send')}
      </Button>
      <Menu opened={opened} onChange={setOpened} position="top-end" width={300}>
        <Menu.Target>
          <ActionIcon variant="filled" color="accent" size={32} disabled={!ready} className={classes.sendMore} aria-label={t('desk.compose.sendOptions')}>
            <ChevronDown size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {resolves && (
            <Menu.Item leftSection={<CheckCheck size={16} />} rightSection={<KeyCaps keys={resolveKeys} />} onClick={onSendResolve}>
              {t('desk.act.sendResolve')}
            </Menu.Item>
          )}
          {opened && <LaterItems onChoose={onSend} onOwn={() => setAsking(true)} />}
        </Menu.Dropdown>
      </Menu>
      {asking && (
        <WhenDialog
          onClose={() => setAsking(false)}
          onChoose={(at) => {
            setAsking(false)
            onSend(at)
          }}
        />
      )}
    </div>
  )
}
