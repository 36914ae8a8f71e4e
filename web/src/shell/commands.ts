import { Keyboard, Languages, LogOut, Search, SunMoon } from 'lucide-react'
import type { CommandSpec } from '@/lib/keys'

const general = { group: 'keys.general', scope: 'everywhere' } as const

/** What can be done from every screen. */
export const shellCommands = {
  commandBar: { id: 'commands', title: 'shell.commands', keys: 'mod+k', inText: true, icon: Search, keysOnly: true, ...general },
  help: { id: 'help', title: 'shell.shortcuts', keys: '?', icon: Keyboard, ...general },
  theme: { id: 'theme', title: 'shell.switchTheme', keys: '', icon: SunMoon, ...general },
  language: { id: 'language', title: 'shell.nextLanguage', keys: '', icon: Languages, ...general },
  signOut: { id: 'signOut', title: 'shell.signOut', keys: '', icon: LogOut, ...general },
} satisfies Record<string, CommandSpec>
