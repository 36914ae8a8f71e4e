import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { Problem } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { useLiveSend, useLiveState } from '@/lib/live'
import { lazyPart } from '@/lib/parts'
import { useSignedIn } from '@/lib/session'
import { Empty, ErrorState, PanelBoundary, SkeletonRows } from '@/kit/states'
import { knowledgeCommands } from '../knowledge/commands'
import { showSideTab } from '../knowledge/sideTab'
import { useConversationActs } from './acts'
import { detailQuery, entriesQuery, queueQuery } from './api'
import { conversationCommands as commands } from './commands'
import { Composer, type ComposerHandle } from './Composer'
import { ConversationHead } from './ConversationHead'
import { useDesk } from './desk'
import { actsFor } from './rights'
import { calledBy } from './calledBy'
import { focusNextRow } from './focusNext'
import { Timeline } from './Timeline'
import type { Detail, Mode } from './types'
import { useGoOnChat } from './goon/useGoOnChat'
import { useGoOn } from './useGoOn'
import { useOutgoing } from './useOutgoing'
import classes from './Conversation.module.css'

const TransferDialog = lazyPart(async () => (await import('./TransferDialog')).TransferDialog)
const WrapUpBar = lazyPart(async () => (await import('./WrapUpBar')).WrapUpBar)

interface Props {
  id: string
  panelOpen: boolean
  onPanel: () => void
  /** Goes back to the list, on screens that show one pane. */
  onBack?: () => void
  /** Told when the person is done with the conversation: finished or handed on. */
  onDone?: () => void
}

/** One conversation: its head, its entries and the place to write. */
export function Conversation({ id, ...rest }: Props) {
  const t = useT()
  const cache = useQueryClient()
  const detail = useQuery(detailQuery(id, cache))
  useViewing(id)
  if (detail.error instanceof Problem && detail.error.status === 404) return <Empty title={t('desk.conversation.gone')} text={t('desk.conversation.goneText')} />
  if (detail.isError && !detail.data) return <ErrorState error={detail.error} onRetry={() => void detail.refetch()} />
  if (!detail.data) return <SkeletonRows rows={6} />
  return (
    <PanelBoundary resetKey={id}>
      <Open key={id} detail={detail.data} {...rest} />
    </PanelBoundary>
  )
}

/** Tells the server what one looks at, so that colleagues see it. */
function useViewing(id: string) {
  const send = useLiveSend()
  const { connected } = useLiveState()
  useEffect(() => {
    if (!connected) return undefined
    send('view', { conversation_id: id })
    return () => void send('view', { conversation_id: null })
    // The way to send is the same for the whole life of the page.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [id, connected])
}

function Open({ detail: stored, panelOpen, onPanel, onBack, onDone }: Omit<Props, 'id'> & { detail: Detail }) {
  const t = useT()
  const session = useSignedIn()
  // An act that can still be taken back is shown as done.
  const { held } = useDesk()
  const expected = useSyncExternalStore(held.watch, () => held.expected(stored.id))
  const detail = expected ? { ...stored, ...expected } : stored
  const queue = useQuery(queueQuery(detail.queue?.id)).data
  const may = actsFor(detail, session, queue?.pull_allowed ?? true)
  const acts = useConversationActs(detail, onDone)
  const entries = useQuery(entriesQuery(detail.id))
  const outgoing = useOutgoing(detail.id, entries.data)
  const [mode, setMode] = useState<Mode>(may.has('reply') || !may.has('note') ? 'reply' : 'note')
  const [transferring, setTransferring] = useState(false)
  const [snoozing, setSnoozing] = useState(false)
  const composer = useRef<ComposerHandle>(null)
  const seen = useRef(0)
  useEffect(focusNextRow, [])

  const onSeen = (seq: number) => {
    seen.current = Math.max(seen.current, seq)
  }
  const write = (next: Mode) => {
    setMode(next)
    composer.current?.focus()
  }
  useCommand(commands.reply, () => write('reply'), may.has('reply'))
  useCommand(commands.note, () => write('note'), may.has('note'))
  useCommand(commands.resolve, () => void acts.resolve(), may.has('resolve') && !acts.busy)
  useCommand(commands.pull, () => void acts.pull(), may.has('pull') && !acts.busy)
  useCommand(commands.takeOver, () => void acts.takeOver(), may.has('takeOver') && !acts.busy)
  useCommand(commands.park, () => setSnoozing(true), may.has('park') && !acts.busy)
  useCommand(commands.resume, () => void acts.resume(), may.has('resume') && !acts.busy)
  useCommand(commands.reopen, () => void acts.reopen(), may.has('reopen') && !acts.busy)
  useCommand(commands.transfer, () => setTransferring(true), may.has('transfer'))
  const goOn = useGoOn(detail)
  useCommand(commands.goOn, () => void goOn(), may.has('goOn'))
  const goOnChat = useGoOnChat(detail, may)
  useCommand(commands.goOnChat, () => void goOnChat?.(), goOnChat !== undefined)
  useCommand(commands.unread, () => void acts.markUnread())
  useCommand(commands.panel, onPanel)
  useCommand(knowledgeCommands.suggestions, () => {
    showSideTab('knowledge')
    if (!panelOpen) onPanel()
  })

  return (
    <article className={classes.pane} aria-label={detail.subject || calledBy(t, detail.customer)}>
      <ConversationHead detail={detail} acts={acts} may={may} panelOpen={panelOpen} onPanel={onPanel} onTransfer={() => setTransferring(true)} snoozing={snoozing} onSnoozing={setSnoozing} onBack={onBack} />
      <Timeline detail={detail} entries={entries.data} failure={entries.error} onRetry={() => void entries.refetch()} outgoing={outgoing} onSeen={onSeen} onEdit={(item) => composer.current?.put(item)} />
      <PanelBoundary>
        <Suspense>{may.has('finish') && <WrapUpBar detail={detail} rules={queue} acts={acts} />}</Suspense>
      </PanelBoundary>
      <Composer detail={detail} may={may} acts={acts} mode={mode} onMode={setMode} entries={entries.data} seen={() => seen.current} handle={composer} />
      <PanelBoundary floating resetKey={transferring}>
        <Suspense>{transferring && <TransferDialog detail={detail} acts={acts} onClose={() => setTransferring(false)} />}</Suspense>
      </PanelBoundary>
    </article>
  )
}
