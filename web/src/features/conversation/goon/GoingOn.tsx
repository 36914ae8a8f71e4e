import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { GoOnTexts } from '@/lib/i18n/GoOnTexts'
import { can, useSignedIn } from '@/lib/session'
import { formatFull } from '@/lib/time'
import { useChannelName } from '@/kit/ChannelMark'
import { useToasts } from '@/kit/toast'
import { entriesQuery } from '../api'
import { calledBy } from '../calledBy'
import type { Shown } from '../entries'
import { Hour } from '../Hour'
import type { Detail } from '../types'
import { isGoingOn } from './codes'
import type { ChatInvitation } from './invite'
import classes from '../Timeline.module.css'

interface Props {
  entry: Shown
  detail: Detail
}

interface Told {
  invitation_id?: string
  conversation_id?: string
  channel?: string
}

/** What an entry tells of an invitation to a chat, or of where the conversation goes on. */
export function GoingOn(props: Props) {
  return (
    <GoOnTexts>
      <Line {...props} />
    </GoOnTexts>
  )
}

function Line({ entry, detail }: Props) {
  const t = useT()
  const channelName = useChannelName()
  const { conversation_id, invitation_id, channel = '' } = (entry.data ?? {}) as Told
  const agent = entry.user?.name
  const customer = calledBy(t, detail.customer)
  const texts: Record<string, string> = {
    chat_invited: agent ? t('goon.invited.by', { agent }) : t('goon.invited'),
    chat_invitation_withdrawn: agent ? t('goon.withdrew.by', { agent }) : t('goon.withdrew'),
    goes_on_chat: t('goon.goesOn', { customer }),
    came_from: t('goon.cameFrom', { channel: channelName(channel) }),
  }
  return (
    <div className={classes.system} data-seq={entry.seq}>
      <p>
        {texts[entry.code ?? '']} · <Hour at={entry.occurred_at} brand={detail.brand_id} />
      </p>
      {conversation_id && (
        <p>
          <Link to="/conversations/$id" params={{ id: conversation_id }}>
            {t(entry.code === 'came_from' ? 'goon.back' : 'goon.toChat')}
          </Link>
        </p>
      )}
      {entry.code === 'chat_invited' && invitation_id && <State conversation={detail.id} invitation={invitation_id} />}
    </div>
  )
}

const invitationsKey = (conversation: string) => ['chat-invitations', conversation] as const

/** What became of an invitation. An open one can be taken back. */
function State({ conversation, invitation }: { conversation: string; invitation: string }) {
  const t = useT()
  const session = useSignedIn()
  // What is told of them since, on whatever desk, changes them.
  const told = useQuery({ ...entriesQuery(conversation), enabled: false, select: (all) => all.filter(isGoingOn).length }).data ?? 0
  const all = useQuery({
    queryKey: [...invitationsKey(conversation), told],
    queryFn: async () => (await ok(api.GET('/api/v1/conversations/{id}/chat-invitations', { params: { path: { id: conversation } } }))).items,
    placeholderData: (before) => before,
  })
  const found = all.data?.find((i) => i.id === invitation)
  if (!found) return null
  return (
    <p>
      {found.state === 'open' ? t('goon.open', { date: formatFull(found.expires_at, t.language) }) : t(`goon.${found.state}`)}
      {(found.state === 'open' || found.state === 'begun') && can(session, 'conversation.reply') && (
        <>
          {' · '}
          <Withdraw conversation={conversation} invitation={found} />
        </>
      )}
    </p>
  )
}

function Withdraw({ conversation, invitation }: { conversation: string; invitation: ChatInvitation }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const withdraw = useMutation({
    mutationFn: () => ok(api.DELETE('/api/v1/conversations/{id}/chat-invitations/{invitation}', { params: { path: { id: conversation, invitation: invitation.id } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: invitationsKey(conversation) }),
    onError: (error) => toasts.show({ kind: 'error', text: problemText(t, error), error }),
  })
  return (
    <button type="button" disabled={withdraw.isPending} onClick={() => withdraw.mutate()}>
      {t('goon.withdraw')}
    </button>
  )
}
