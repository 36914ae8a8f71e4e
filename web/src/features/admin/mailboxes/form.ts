import { changed } from '../parts/collection'
import type { Mailbox } from '../types'

export type Tls = 'tls' | 'starttls' | 'none'

export interface MailServer {
  host: string
  /** 0: the usual one. */
  port: number
  tls: Tls
}

/** How a mailbox is reached, and what it says of itself. */
export interface MailSettings {
  transport?: 'servers' | 'sink'
  display_name: string
  imap: MailServer
  smtp: MailServer
  auth: 'password' | 'oauth2'
  username: string
  oauth: { token_url: string; client_id: string; scope: string }
  folder: string
  done_folder: string
  signature: string
  signature_rule: 'mailbox' | 'agent' | 'both'
  plus_addressing: boolean
  subject_number: boolean
  import_all: boolean
  route_machines: boolean
  per_minute: number
  bounce_plus: boolean
  trusted_server: string
  dkim_selector: string
}

/** Set, never shown. */
export interface MailSecrets {
  password: string
  smtp_password: string
  client_secret: string
  refresh_token: string
  dkim_key: string
}

/** The form of a mailbox. */
export interface MailboxInput {
  /** Empty until it exists. */
  id: string
  name: string
  brand_id: string
  queue_id: string | null
  address: string
  active: boolean
  settings: MailSettings
  secrets: MailSecrets
  has: Record<keyof MailSecrets, boolean>
}

const server: MailServer = { host: '', port: 0, tls: 'tls' }
const noSecrets: MailSecrets = { password: '', smtp_password: '', client_secret: '', refresh_token: '', dkim_key: '' }
const nothing = { password: false, smtp_password: false, client_secret: false, refresh_token: false, dkim_key: false }

export const usualSettings: MailSettings = {
  display_name: '',
  imap: server,
  smtp: server,
  auth: 'password',
  username: '',
  oauth: { token_url: '', client_id: '', scope: '' },
  folder: '',
  done_folder: '',
  signature: '',
  signature_rule: 'mailbox',
  plus_addressing: false,
  subject_number: false,
  import_all: false,
  route_machines: false,
  per_minute: 0,
  bounce_plus: false,
  trusted_server: '',
  dkim_selector: '',
}

export const blankMailbox: MailboxInput = { id: '', name: '', brand_id: '', queue_id: null, address: '', active: true, settings: usualSettings, secrets: noSecrets, has: nothing }

/** The form of a mailbox that exists; what the server does not say is as usual. */
export function mailboxInput(box: Mailbox): MailboxInput {
  const told = box.settings as Partial<MailSettings>
  const settings = { ...usualSettings, ...told, imap: { ...server, ...told.imap }, smtp: { ...server, ...told.smtp }, oauth: { ...usualSettings.oauth, ...told.oauth } }
  const has = { password: box.has_password, smtp_password: box.has_smtp_password, client_secret: box.has_client_secret, refresh_token: box.has_refresh_token, dkim_key: box.has_dkim_key }
  return { id: box.id, name: box.name, brand_id: box.brand_id, queue_id: box.queue_id ?? null, address: box.address, active: box.active, settings, secrets: noSecrets, has }
}

/** The secrets that were typed; the others stay as they are. */
export const typedSecrets = (secrets: MailSecrets): Partial<MailSecrets> => Object.fromEntries(Object.entries(secrets).filter(([, text]) => text !== ''))

/** What makes a mailbox. */
export const newMailboxBody = ({ name, brand_id, queue_id, address, settings, secrets }: MailboxInput) => ({ name, brand_id, address: address.trim(), queue_id: queue_id ?? undefined, settings, secrets: typedSecrets(secrets) })

/** What changes one: only what was touched; settings are replaced as a whole. */
export function mailboxBody(input: MailboxInput, before: MailboxInput) {
  const { name, queue_id, active, settings } = changed(input, before)
  const secrets = typedSecrets(input.secrets)
  return { name, active, settings, ...(queue_id ? { queue_id } : {}), ...(Object.keys(secrets).length > 0 ? { secrets } : {}) }
}

/** A provider whose servers are known. */
export interface Preset {
  id: string
  name: string
  settings: Partial<MailSettings>
}

const at = (imap: string, smtp: string, more: Partial<MailSettings> = {}): Partial<MailSettings> => ({ imap: { host: imap, port: 993, tls: 'tls' }, smtp: { host: smtp, port: 465, tls: 'tls' }, auth: 'password', ...more })
const oauth = (token_url: string, scope: string) => ({ auth: 'oauth2' as const, oauth: { token_url, scope, client_id: '' } })

export const presets: readonly Preset[] = [
  { id: 'google', name: 'Google (Gmail, Workspace)', settings: at('imap.gmail.com', 'smtp.gmail.com', { ...oauth('https://oauth2.googleapis.com/token', 'https://mail.google.com/'), plus_addressing: true, trusted_server: 'mx.google.com' }) },
  {
    id: 'microsoft',
    name: 'Microsoft 365',
    settings: at('outlook.office365.com', 'smtp.office365.com', {
      smtp: { host: 'smtp.office365.com', port: 587, tls: 'starttls' },
      ...oauth('https://login.microsoftonline.com/common/oauth2/v2.0/token', 'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access'),
      plus_addressing: true,
      trusted_server: '-',
    }),
  },
  { id: 'icloud', name: 'iCloud', settings: at('imap.mail.me.com', 'smtp.mail.me.com', { smtp: { host: 'smtp.mail.me.com', port: 587, tls: 'starttls' } }) },
  { id: 'yahoo', name: 'Yahoo', settings: at('imap.mail.yahoo.com', 'smtp.mail.yahoo.com') },
  { id: 'wp', name: 'WP', settings: at('imap.wp.pl', 'smtp.wp.pl') },
  { id: 'onet', name: 'Onet', settings: at('imap.poczta.onet.pl', 'smtp.poczta.onet.pl') },
]

/** The provider whose servers these are. */
export const presetOf = (settings: MailSettings): Preset | undefined => presets.find((p) => p.settings.imap?.host === settings.imap.host && p.settings.smtp?.host === settings.smtp.host)
