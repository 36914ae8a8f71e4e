import { ActionIcon, Button, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ArrowLeft, ArrowRightLeft, CheckCheck, CirclePlay, Ellipsis, Hand, MailOpen, MailPlus, Maximize2, MessagesSquare, PanelRight, RotateCcw, UserRoundCheck } from 'lucide-react'
import { useT } from '@/lib/i18n'
import type { CommandSpec } from '@/lib/keys'
import { useSignedIn } from '@/lib/session'
import { Avatar } from '@/kit/Avatar'
import { Badge, type Tone } from '@/kit/Badge'
import { ChannelIcon, useChannelName } from '@/kit/ChannelMark'
import { OwnMark } from '@/kit/OwnMark'
import { useNarrow } from '@/kit/SidePanel'
import { Tip } from '@/kit/Tip'
import { DeadlineChip } from '../worklist/DeadlineChip'
import type { ConversationActs } from './acts'
import { typingQuery, viewersQuery } from './api'
import { conversationCommands as commands } from './commands'
import { type ActName, isMine } from './rights'
import { SnoozeMenu } from './SnoozeMenu'
import { Subject } from './Subject'
import { Tags } from './Tags'
import type { Detail, WorkState } from './types'
import { useGoOnChat } from './goon/useGoOnChat'
import { useGoOn } from './useGoOn'
import classes from './Conversation.module.css'

interface Props {
  detail: Detail
  acts: ConversationActs
  may: ReadonlySet<ActName>
  panelOpen: boolean
  onPanel: () => void
  onTransfer: () => void
  snoozing: boolean
  onSnoozing: (open: boolean) => void
  onBack?: () => void
}

/** What the conversation is about, who has it, and what can be done with it. */
export function ConversationHead({ detail, acts, may, panelOpen, onPanel, onTransfer, snoozing, onSnoozing, onBack }: Props) {
  const t = useT()
  return (
    <header className={classes.head}>
      {onBack && (
        <ActionIcon size={36} onClick={onBack} aria-label={t('desk.conversation.back')}>
          <ArrowLeft size={18} />
        </ActionIcon>
      )}
      <div className={classes.about}>
        <Subject detail={detail} editable={may.has('note')} />
        <Facts detail={detail} may={may} />
      </div>
      <Viewers conversation={detail.id} />
      <div className={classes.acts}>
        {may.has('park') && <SnoozeMenu acts={acts} opened={snoozing} onOpened={onSnoozing} />}
        {may.has('transfer') && <IconAct command={commands.transfer} icon={<ArrowRightLeft size={18} />} disabled={acts.busy} onClick={onTransfer} />}
        <MoreMenu detail={detail} acts={acts} may={may} onTransfer={onTransfer} onPanel={onPanel} />
        <span className={classes.wideOnly}>
          <IconAct command={commands.panel} icon={<PanelRight size={18} />} onClick={onPanel} pressed={panelOpen} />
        </span>
        <MainAct acts={acts} may={may} />
      </div>
    </header>
  )
}

function IconAct({ command, icon, onClick, disabled, pressed }: { command: CommandSpec; icon: React.ReactNode; onClick: () => void; disabled?: boolean; pressed?: boolean }) {
  const t = useT()
  const label = t(command.title)
  return (
    <Tip label={label} command={command}>
      <ActionIcon size={32} className={classes.iconAct} onClick={onClick} disabled={disabled} aria-label={label} aria-pressed={pressed}>
        {icon}
      </ActionIcon>
    </Tip>
  )
}

/** The one act that the state of the conversation asks for. */
function MainAct({ acts, may }: { acts: ConversationActs; may: ReadonlySet<ActName> }) {
  const t = useT()
  const narrow = useNarrow()
  const main = mainAct(acts, may)
  if (!main) return null
  const { command, icon, run, filled } = main
  const label = t(command.title)
  if (narrow) {
    return (
      <ActionIcon size={40} variant={filled ? 'filled' : 'default'} color="accent" loading={acts.busy} onClick={run} aria-label={label}>
        {icon}
      </ActionIcon>
    )
  }
  return (
    <Tip label={label} command={command}>
      <Button variant={filled ? 'filled' : 'default'} leftSection={icon} loading={acts.busy} onClick={run}>
        {label}
      </Button>
    </Tip>
  )
}

function mainAct(acts: ConversationActs, may: ReadonlySet<ActName>) {
  if (may.has('resolve')) return { command: commands.resolve, icon: <CheckCheck size={16} />, run: () => void acts.resolve(), filled: false }
  if (may.has('pull')) return { command: commands.pull, icon: <Hand size={16} />, run: () => void acts.pull(), filled: true }
  if (may.has('reopen')) return { command: commands.reopen, icon: <RotateCcw size={16} />, run: () => void acts.reopen(), filled: false }
  if (may.has('takeOver')) return { command: commands.takeOver, icon: <UserRoundCheck size={16} />, run: () => void acts.takeOver(), filled: false }
  return undefined
}

/** Everything that has no button of its own, and on phones those that have one elsewhere. */
function MoreMenu({ detail, acts, may, onTransfer, onPanel }: { detail: Detail; acts: ConversationActs; may: ReadonlySet<ActName>; onTransfer: () => void; onPanel: () => void }) {
  const t = useT()
  const narrow = useNarrow()
  const navigate = useNavigate()
  const goOn = useGoOn(detail)
  const goOnChat = useGoOnChat(detail, may)
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={32} className={classes.iconAct} aria-label={t('desk.conversation.more')}>
          <Ellipsis size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {narrow && may.has('transfer') && (
          <Menu.Item leftSection={<ArrowRightLeft size={16} />} onClick={onTransfer}>
            {t('desk.act.transfer')}
          </Menu.Item>
        )}
        {may.has('resume') && (
          <Menu.Item leftSection={<CirclePlay size={16} />} onClick={() => void acts.resume()}>
            {t('desk.act.resume')}
          </Menu.Item>
        )}
        {may.has('takeOver') && (
          <Menu.Item leftSection={<UserRoundCheck size={16} />} onClick={() => void acts.takeOver()}>
            {t('desk.act.takeOver')}
          </Menu.Item>
        )}
        {may.has('goOn') && (
          <Menu.Item leftSection={<MailPlus size={16} />} onClick={() => void goOn()}>
            {t('mails.goOn')}
          </Menu.Item>
        )}
        {goOnChat && (
          <Menu.Item leftSection={<MessagesSquare size={16} />} onClick={() => void goOnChat()}>
            {t('desk.act.goOnChat')}
          </Menu.Item>
        )}
        {narrow && (
          <Menu.Item leftSection={<PanelRight size={16} />} onClick={onPanel}>
            {t('desk.act.panel')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<MailOpen size={16} />} onClick={() => void acts.markUnread()}>
          {t('desk.act.unread')}
        </Menu.Item>
        <Menu.Item leftSection={<Maximize2 size={16} />} onClick={() => void navigate({ to: '/conversations/$id', params: { id: detail.id } })}>
          {t('desk.conversation.full')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

const tones: Record<WorkState, Tone> = { new: 'warn', queued: 'warn', offered: 'accent', active: 'ok', parked: 'neutral', wrap_up: 'warn', closed: 'neutral' }

function Facts({ detail, may }: { detail: Detail; may: ReadonlySet<ActName> }) {
  const t = useT()
  const me = useSignedIn().user.id
  const channelName = useChannelName()
  return (
    <div className={classes.facts}>
      <span className={classes.fact}>
        {detail.entry_point?.icon ? <OwnMark icon={detail.entry_point.icon} color={detail.entry_point.color} size={16} /> : <ChannelIcon channel={detail.channel} />} {detail.entry_point?.name || channelName(detail.channel)}
      </span>
      {/* That somebody works on it is said by their name. */}
      {detail.state !== 'active' && <Badge tone={tones[detail.state]}>{t(`desk.state.${detail.state}`)}</Badge>}
      {detail.queue && <Badge>{detail.queue.name}</Badge>}
      {detail.agent && detail.state !== 'queued' && (
        <span className={classes.fact}>
          <Avatar name={detail.agent.name} size={18} /> {isMine(detail, me) ? t('desk.conversation.you') : detail.agent.name}
        </span>
      )}
      <DeadlineChip row={detail} />
      <Tags id={detail.id} tags={detail.tags ?? []} editable={may.has('note')} />
    </div>
  )
}

const mostFaces = 3

/** Colleagues who look at the same conversation, and whether they write. */
function Viewers({ conversation }: { conversation: string }) {
  const t = useT()
  const me = useSignedIn().user.id
  const viewers = useQuery(viewersQuery(conversation)).data ?? []
  const typing = useQuery(typingQuery(conversation)).data ?? []
  const others = viewers.filter((v) => v.id !== me).map((v) => ({ ...v, typing: typing.some((who) => who.who === v.id) }))
  if (others.length === 0) return null
  const told = others.map((v) => t(v.typing ? 'desk.viewer.types' : 'desk.viewer.reads', { name: v.name })).join(', ')
  return (
    <Tip label={told}>
      <div className={classes.viewers} role="img" aria-label={told}>
        {others.slice(0, mostFaces).map((v) => (
          <span key={v.id} className={classes.viewer} data-typing={v.typing || undefined}>
            <Avatar name={v.name} size={26} />
          </span>
        ))}
        {others.length > mostFaces && <span className={classes.moreViewers}>+{others.length - mostFaces}</span>}
      </div>
    </Tip>
  )
}
