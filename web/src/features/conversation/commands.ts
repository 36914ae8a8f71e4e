import { ArrowRightLeft, CheckCheck, CirclePause, CirclePlay, Hand, MailOpen, MailPlus, MessageSquareReply, MessagesSquare, PanelRight, RotateCcw, Send, StickyNote, Tag, UserRoundCheck, Wand } from 'lucide-react'
import type { CommandSpec } from '@/lib/keys'

const here = { group: 'desk.keys.conversation', scope: 'conversations' } as const

/** What can be done with the open conversation. */
export const conversationCommands = {
  reply: { id: 'conversation.reply', title: 'desk.act.reply', keys: 'r', icon: MessageSquareReply, permission: 'conversation.reply', ...here },
  quote: { id: 'conversation.quote', title: 'desk.quote.act', keys: 'shift+r', icon: MessageSquareReply, permission: 'conversation.reply', ...here },
  note: { id: 'conversation.note', title: 'desk.act.note', keys: 'n', icon: StickyNote, permission: 'conversation.note', ...here },
  resolve: { id: 'conversation.resolve', title: 'desk.act.resolve', keys: 'e', icon: CheckCheck, permission: 'conversation.reply', ...here },
  pull: { id: 'conversation.pull', title: 'desk.act.pull', keys: 'p', icon: Hand, permission: 'interaction.pull', ...here },
  takeOver: { id: 'conversation.takeOver', title: 'desk.act.takeOver', keys: '', icon: UserRoundCheck, permission: 'interaction.move', ...here },
  transfer: { id: 'conversation.transfer', title: 'desk.act.transfer', keys: 't', icon: ArrowRightLeft, permission: 'conversation.reply', ...here },
  park: { id: 'conversation.park', title: 'desk.act.park', keys: 's', icon: CirclePause, permission: 'conversation.reply', ...here },
  resume: { id: 'conversation.resume', title: 'desk.act.resume', keys: 'shift+s', icon: CirclePlay, permission: 'conversation.reply', ...here },
  reopen: { id: 'conversation.reopen', title: 'desk.act.reopen', keys: '', icon: RotateCcw, permission: 'conversation.reply', ...here },
  goOn: { id: 'conversation.goOn', title: 'mails.goOn', keys: '', icon: MailPlus, permission: 'conversation.reply', ...here },
  goOnChat: { id: 'conversation.goOnChat', title: 'desk.act.goOnChat', keys: 'shift+g', icon: MessagesSquare, permission: 'conversation.reply', ...here },
  unread: { id: 'conversation.unread', title: 'desk.act.unread', keys: 'shift+u', icon: MailOpen, ...here },
  tags: { id: 'conversation.tags', title: 'desk.act.tags', keys: 'l', icon: Tag, permission: 'conversation.note', ...here },
  macros: { id: 'conversation.macros', title: 'macros.use', keys: 'shift+m', icon: Wand, permission: 'canned.read', ...here },
  template: { id: 'conversation.template', title: 'desk.template.use', keys: 'shift+i', icon: Send, permission: 'conversation.reply', ...here },
  panel: { id: 'conversation.panel', title: 'desk.act.panel', keys: ']', icon: PanelRight, ...here },
  send: { id: 'conversation.send', title: 'desk.act.send', keys: 'mod+enter', icon: Send, inText: true, keysOnly: true, ...here },
  sendResolve: { id: 'conversation.sendResolve', title: 'desk.act.sendResolve', keys: 'mod+shift+enter', icon: CheckCheck, inText: true, keysOnly: true, ...here },
} satisfies Record<string, CommandSpec>
