import { MailPlus } from 'lucide-react'
import type { CommandSpec } from '@/lib/keys'

/** What can be done with mails from every screen. */
export const mailCommands = {
  template: { id: 'mail.template', title: 'desk.opening.command', group: 'desk.keys.conversation', scope: 'everywhere', keys: '', icon: MailPlus, permission: 'conversation.reply' },
  create: { id: 'mail.create', title: 'mails.new', group: 'desk.keys.conversation', scope: 'everywhere', keys: 'shift+c', icon: MailPlus, permission: 'conversation.reply' },
} satisfies Record<string, CommandSpec>
