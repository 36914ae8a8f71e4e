import { BookOpenText, Building2, CalendarClock, Coffee, ContactRound, FileClock, FileUp, Flag, FolderKanban, Hourglass, KeyRound, Layers, ListChecks, ListTree, type LucideIcon, Mail, MessageSquareCode, MessagesSquare, Plug, ShieldCheck, ShieldUser, SlidersHorizontal, Sparkles, Timer, Users, UsersRound, Wand, Webhook, Workflow } from 'lucide-react'
import type { Session } from '@/lib/api'
import type { Key } from '@/lib/i18n'
import { type PermissionScope, can } from '@/lib/session'
import { adminPermissions } from './permissions'

/** The last part of a page's address. */
export type SectionId = 'users' | 'teams' | 'roles' | 'brands' | 'widgets' | 'channels' | 'accounts' | 'calendars' | 'queues' | 'work' | 'skills' | 'dispositions' | 'away-reasons' | 'canned' | 'case-statuses' | 'case-fields' | 'case-settings' | 'sla' | 'keys' | 'webhooks' | 'audit' | 'macros' | 'rules' | 'customer-fields' | 'import' | 'privacy' | 'retention' | 'mailboxes'

/** A page of the administration. */
export interface Section {
  id: SectionId
  label: Key
  icon: LucideIcon
  /** Who may look at it. */
  permission: string
  /** How far they must hold it; agents see colleagues of their team, which is no reason to administer. */
  scope?: PermissionScope
}

export interface SectionGroup {
  label: Key
  sections: readonly Section[]
}

/** All pages, in the order of the menu. */
export const sectionGroups: readonly SectionGroup[] = [
  {
    label: 'admin.group.people',
    sections: [
      { id: 'users', label: 'admin.users.title', icon: Users, permission: 'user.read', scope: 'brand' },
      { id: 'teams', label: 'admin.teams.title', icon: UsersRound, permission: 'user.read', scope: 'brand' },
      { id: 'roles', label: 'admin.roles.title', icon: ShieldCheck, permission: 'user.read', scope: 'brand' },
    ],
  },
  {
    label: 'admin.group.customers',
    sections: [
      { id: 'brands', label: 'admin.brands.title', icon: Building2, permission: 'brand.read' },
      { id: 'widgets', label: 'admin.widgets.title', icon: MessageSquareCode, permission: 'entry_point.edit' },
      { id: 'channels', label: 'admin.channels.title', icon: Plug, permission: 'entry_point.edit' },
      { id: 'accounts', label: 'admin.account.title', icon: MessagesSquare, permission: 'entry_point.edit' },
      { id: 'mailboxes', label: 'admin.mailboxes.title', icon: Mail, permission: 'entry_point.edit' },
      { id: 'calendars', label: 'admin.calendars.title', icon: CalendarClock, permission: 'brand.read' },
      { id: 'customer-fields', label: 'admin.customerFields.title', icon: ContactRound, permission: 'customer.setup' },
    ],
  },
  {
    label: 'admin.group.routing',
    sections: [
      { id: 'queues', label: 'admin.queues.title', icon: ListTree, permission: 'queue.read' },
      { id: 'work', label: 'admin.work.title', icon: Layers, permission: 'queue.read' },
      { id: 'skills', label: 'admin.skills.title', icon: Sparkles, permission: 'queue.read' },
      { id: 'dispositions', label: 'admin.dispositions.title', icon: Flag, permission: 'queue.read' },
      { id: 'away-reasons', label: 'admin.awayReasons.title', icon: Coffee, permission: 'queue.read' },
      { id: 'canned', label: 'admin.canned.title', icon: BookOpenText, permission: 'canned.read' },
      { id: 'macros', label: 'macros.title', icon: Wand, permission: 'canned.read' },
    ],
  },
  {
    label: 'admin.group.cases',
    sections: [
      { id: 'case-statuses', label: 'admin.caseStatuses.title', icon: FolderKanban, permission: 'case.setup' },
      { id: 'case-fields', label: 'admin.caseFields.title', icon: ListChecks, permission: 'case.setup' },
      { id: 'case-settings', label: 'admin.caseSettings.title', icon: SlidersHorizontal, permission: 'case.setup' },
      { id: 'sla', label: 'admin.sla.title', icon: Timer, permission: 'case.setup' },
    ],
  },
  {
    label: 'admin.group.data',
    sections: [
      { id: 'import', label: 'admin.import.title', icon: FileUp, permission: 'customer.import' },
      { id: 'privacy', label: 'admin.privacy.title', icon: ShieldUser, permission: 'customer.erase' },
      { id: 'retention', label: 'admin.retention.title', icon: Hourglass, permission: 'retention.edit' },
    ],
  },
  {
    label: 'admin.group.system',
    sections: [
      { id: 'rules', label: 'rules.title', icon: Workflow, permission: 'rule.edit' },
      { id: 'keys', label: 'admin.keys.title', icon: KeyRound, permission: 'key.edit' },
      { id: 'webhooks', label: 'admin.webhooks.title', icon: Webhook, permission: 'webhook.edit' },
      { id: 'audit', label: 'admin.audit.title', icon: FileClock, permission: 'audit.read' },
    ],
  },
]

/** Whether a person may open a page. */
export const mayOpen = (session: Session | null, section: Section) => can(session, adminPermissions) && can(session, section.permission, section.scope)

/** The menu of a person: groups with nothing to open are left out. */
export function groupsFor(session: Session | null): SectionGroup[] {
  return sectionGroups.map((g) => ({ ...g, sections: g.sections.filter((s) => mayOpen(session, s)) })).filter((g) => g.sections.length > 0)
}

/** The page that an address shows. */
export const sectionAt = (path: string) => sectionGroups.flatMap((g) => g.sections).find((s) => path === `/admin/${s.id}` || path.startsWith(`/admin/${s.id}/`))
