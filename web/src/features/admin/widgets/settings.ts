import { changed } from '../parts/collection'
import type { EntryPoint, TextsByLanguage } from '../types'

/** The brand's own words in one language; an empty one leaves the widget's. */
export type WidgetTexts = Partial<Record<TextName, string>>

export const textNames = ['title', 'intro', 'greeting', 'placeholder', 'footnote', 'offline'] as const
export type TextName = (typeof textNames)[number]

export type FieldKind = 'text' | 'email' | 'phone' | 'choice'
export const fieldKinds: readonly FieldKind[] = ['text', 'email', 'phone', 'choice']

export interface PrechatOption {
  value: string
  label: TextsByLanguage
}

/** A question before the chat. The names name, email and phone belong to the customer's details. */
export interface PrechatField {
  name: string
  kind: FieldKind
  required?: boolean
  label: TextsByLanguage
  options?: PrechatOption[]
}

export interface Consent {
  version: string
  text: TextsByLanguage
  url?: string
}

/** How the widget sits on the page; what is absent is as the page has it, at the right, with its button. */
export interface Look {
  side?: 'left'
  theme?: 'light' | 'dark' | 'auto'
  launcher?: 'hidden'
}

/** What is decided about one widget: the config of its entry point. */
export type Settings = {
  color?: string
  domains?: string[]
  texts?: Record<string, WidgetTexts>
  prechat?: { fields?: PrechatField[]; consent?: Consent }
  offline: boolean
  attachments: { enabled: boolean; types?: string[] }
  survey: boolean
  idle_minutes: number
  /** How long a place in the line is kept for a visitor whose page is away. */
  patience_minutes: number
  look?: Look
  /** From which mailbox a chat goes on by e-mail when its visitor is gone, and after how long. */
  mail?: { from_id: string; minutes: number }
}

export const mailMinutes = 5

export const defaultSettings: Settings = { offline: true, attachments: { enabled: true }, survey: true, idle_minutes: 30, patience_minutes: 10 }

/** The settings of an entry point, with what it does not say filled in as the server does. */
export function settingsOf(config: Record<string, unknown>): Settings {
  return { ...defaultSettings, ...(config as Partial<Settings>) }
}

/** The form of a widget. */
export interface WidgetInput {
  brand_id: string
  name: string
  queue_id: string | null
  active: boolean
  config: Settings
}

export const widgetInput = (point: EntryPoint): WidgetInput => ({ brand_id: point.brand_id, name: point.name, queue_id: point.queue_id ?? null, active: point.active, config: settingsOf(point.config) })

/** What is sent to make a widget. */
export function newWidgetBody({ brand_id, name, queue_id, config }: WidgetInput) {
  return { brand_id, channel: 'webchat', name, config: tidy(config), ...(queue_id ? { queue_id } : {}) }
}

/** What is sent to change one: an empty key takes the queue away, the config is replaced whole. */
export function widgetBody(input: WidgetInput, before: WidgetInput) {
  const body = ({ name, queue_id, active, config }: WidgetInput) => ({ name, queue_id: queue_id ?? '', active, config: tidy(config) })
  return changed(body(input), body(before))
}

/** Settings without what is empty: it means the same as nothing. */
function tidy(s: Settings): Settings {
  const texts = Object.entries(s.texts ?? {}).filter(([, words]) => Object.keys(words).length > 0)
  return { ...s, color: s.color || undefined, texts: texts.length > 0 ? Object.fromEntries(texts) : undefined }
}

/** A text of one language changed; an empty one is the widget's own again. */
export function withWidgetText(s: Settings, language: string, name: TextName, text: string): Settings {
  const { [name]: _, ...rest } = s.texts?.[language] ?? {}
  return { ...s, texts: { ...s.texts, [language]: text === '' ? rest : { ...rest, [name]: text } } }
}

/** Moves a thing of a list by one place. */
export function moved<T>(list: readonly T[], at: number, by: 1 | -1): T[] {
  const next = [...list]
  const [thing] = next.splice(at, 1)
  if (thing !== undefined) next.splice(at + by, 0, thing)
  return next
}

/** A name for a new question that no other has. */
export function freeName(fields: readonly PrechatField[], wish = 'question'): string {
  const taken = new Set(fields.map((f) => f.name))
  for (let n = 1; ; n++) {
    const name = n === 1 ? wish : `${wish}_${n}`
    if (!taken.has(name)) return name
  }
}

/** The line that brings the widget to a page. */
export const snippetOf = (key: string, origin = location.origin) => `<script async src="${origin}/widget.js" data-key="${key}"></script>`
