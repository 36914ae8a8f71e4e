import { Problem } from '@/lib/api'
import type { Key } from '@/lib/i18n'
import type { OwnChannel } from '../types'

type Settings = OwnChannel['settings']
type Can = Settings['can']
type Flag = Exclude<{ [K in keyof Can]-?: NonNullable<Can[K]> extends boolean ? K : never }[keyof Can], undefined>

/** What such a channel can say that it does: first what its events tell, then what commands can ask of it. Where everybody reads it that is something else. */
export const told = {
  private: ['receipts', 'read_marks', 'edits', 'deletions', 'reactions', 'echoes', 'typing'],
  public: ['receipts', 'edits', 'deletions', 'reactions', 'echoes'],
} as const satisfies Record<Place, readonly Flag[]>
export const asked = {
  private: ['rich', 'replies', 'own_edits', 'own_deletions', 'own_reactions', 'own_read_marks', 'own_typing', 'likes'],
  public: ['rich', 'private_reply', 'own_edits', 'own_deletions', 'own_reactions', 'likes', 'hides', 'removes', 'blocks'],
} as const satisfies Record<Place, readonly Flag[]>

export const placeOf = (input: Pick<ChannelInput, 'public'>): Place => (input.public ? 'public' : 'private')

export const icons = ['plug', 'message', 'store', 'phone', 'mail', 'globe', 'star', 'bot', 'users', 'ticket', 'gamepad', 'building'] as const

type Place = 'private' | 'public'

/** A list of words to choose from. */
export const words = <Name extends string>(names: readonly Name[], label: (name: Name) => Key) => names.map((name) => ({ value: name, label: label(name) }))

/** The form of a channel. */
export interface ChannelInput {
  brand_id: string
  queue_id: string | null
  name: string
  active: boolean
  url: string
  icon: NonNullable<Settings['icon']>
  color: string
  text_limit: number
  files: number
  window_hours: number
  edit_minutes: number
  delete_minutes: number
  /** Emoji with spaces between them. */
  reaction_set: string
  pull: boolean
  idempotent: boolean
  /** Everybody reads it. */
  public: boolean
  /** Where answers in private go on. */
  private_channel_id: string | null
  told: string[]
  asked: string[]
}

export const blankChannel: ChannelInput = {
  brand_id: '', queue_id: null, name: '', active: true, url: '', icon: 'plug', color: '#4263eb', text_limit: 4000, files: 0, window_hours: 0, edit_minutes: 0, delete_minutes: 0, reaction_set: '', pull: false, idempotent: false, public: false, private_channel_id: null, told: ['receipts'], asked: [],
}

/** A channel as its form has it. */
export function channelInput(channel: OwnChannel): ChannelInput {
  const { can, ...look } = channel.settings
  const place = placeOf({ public: can.public ?? false })
  const said = (names: readonly Flag[]) => names.filter((name) => can[name])
  return {
    ...blankChannel, brand_id: channel.brand_id, queue_id: channel.queue_id ?? null, name: channel.name, active: channel.active,
    url: look.url ?? '', icon: look.icon ?? 'plug', color: look.color ?? blankChannel.color, text_limit: can.text_limit, files: can.files ?? 0,
    window_hours: look.window_hours ?? 0, edit_minutes: can.edit_minutes ?? 0, delete_minutes: can.delete_minutes ?? 0, reaction_set: (can.reaction_set ?? []).join(' '), pull: look.pull ?? false, idempotent: look.idempotent ?? false,
    public: can.public ?? false, private_channel_id: look.private_channel_id ?? null, told: said(told[place]), asked: said(asked[place]),
  }
}

/** The settings that a form says. */
export function settingsOf(input: ChannelInput): Settings {
  const place = placeOf(input)
  const chosen: readonly Flag[] = [...told[place].filter((n) => input.told.includes(n)), ...asked[place].filter((n) => input.asked.includes(n))]
  const flags: Partial<Record<Flag, true>> = Object.fromEntries([...(input.public ? (['public'] as const) : []), ...chosen].map((name) => [name, true]))
  return {
    url: input.pull ? '' : input.url.trim(), pull: input.pull, icon: input.icon, color: input.color, window_hours: input.window_hours, idempotent: input.idempotent,
    can: { ...flags, ...limitsOf(input), text_limit: input.text_limit, files: input.files },
    ...(flags.private_reply && input.private_channel_id && { private_channel_id: input.private_channel_id }),
  }
}

/** What bounds our changes, where the channel can do them at all. */
function limitsOf(input: ChannelInput): Partial<Can> {
  const asks = (flag: string) => input.asked.includes(flag)
  const set = input.reaction_set.split(/\s+/).filter(Boolean)
  return {
    ...(asks('own_edits') && input.edit_minutes > 0 && { edit_minutes: input.edit_minutes }),
    ...(asks('own_deletions') && input.delete_minutes > 0 && { delete_minutes: input.delete_minutes }),
    ...(asks('own_reactions') && set.length > 0 && { reaction_set: set }),
  }
}

/** What makes a channel. */
export const newChannelBody = (input: ChannelInput) => ({ brand_id: input.brand_id, queue_id: input.queue_id ?? '', name: input.name.trim(), settings: settingsOf(input) })

/** What changes one: only what was touched. */
export function channelBody(input: ChannelInput, before: ChannelInput) {
  const settings = settingsOf(input)
  return {
    ...(input.name !== before.name && { name: input.name.trim() }),
    ...(input.queue_id !== before.queue_id && { queue_id: input.queue_id ?? '' }),
    ...(input.active !== before.active && { active: input.active }),
    ...(JSON.stringify(settings) !== JSON.stringify(settingsOf(before)) && { settings }),
  }
}

/** The field of the form that says what the API has at a path. */
function fieldAt(path: string): string {
  const name = path.replace(/^settings\.(can\.)?/, '')
  const among = (flags: Record<Place, readonly string[]>) => [...flags.private, ...flags.public].includes(name)
  return among(asked) ? 'asked' : among(told) ? 'told' : name
}

/** Names what the server finds wrong with settings as the form does. */
export async function placed<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new Problem({ ...error, fields: error.fields.map((field) => ({ ...field, path: fieldAt(field.path) })) })
  }
}
