import type { Feature } from '@/shell/feature'
import { mailCommands } from './commands'
import { MailWatch } from './MailWatch'

export const mail: Feature = { commands: Object.values(mailCommands), Overlay: MailWatch }
