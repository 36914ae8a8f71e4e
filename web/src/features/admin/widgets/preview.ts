import type { TextsByLanguage } from '../types'
import { type Settings, textNames } from './settings'

/** What the widget asks for before it shows anything: the answer of GET /w/config. */
export interface WidgetConfig {
  protocol: 1
  brand: { name: string; color: string; logo?: string }
  look?: Settings['look']
  language: string
  languages: string[]
  texts: Record<string, string>
  prechat: { fields?: { name: string; label: string; kind: string; required?: boolean; options?: { value: string; label: string }[] }[]; consent?: { version: string; text: string; url?: string } }
  hours: { open: boolean }
  offline: boolean
  attachments: { enabled: boolean; count: number; bytes: number; types?: string[] }
  survey: boolean
  mail?: boolean
}

export interface PreviewBrand {
  name: string
  color: string
  languages: readonly string[]
  logo?: string
}

const known = ['en', 'pl', 'hu']
const filesOfMessage = 5
const bytesOfFile = 10 * 1024 * 1024

/** One text in a language, else in the first other that has it: as the server chooses. */
export function pick(words: TextsByLanguage, language: string, others: readonly string[]): string {
  return [language, ...others, ...known].map((l) => words[l]).find((text) => text) ?? ''
}

/** The configuration as the server would give it for settings that are not saved yet. */
export function previewConfig(settings: Settings, brand: PreviewBrand, language: string, open: boolean): WidgetConfig {
  const say = (words: TextsByLanguage) => pick(words, language, brand.languages)
  const { fields = [], consent } = settings.prechat ?? {}
  const wordOf = (name: (typeof textNames)[number]) => say(Object.fromEntries(Object.entries(settings.texts ?? {}).map(([l, words]) => [l, words[name] ?? ''])))
  return {
    protocol: 1,
    brand: { name: brand.name, color: settings.color || brand.color, logo: brand.logo },
    look: { ...settings.look, launcher: undefined }, // the preview opens it by itself
    language,
    languages: [...brand.languages],
    texts: Object.fromEntries(textNames.map((name) => [name, wordOf(name)]).filter(([, text]) => text)),
    prechat: {
      fields: fields.map((f) => ({ name: f.name, kind: f.kind, required: f.required, label: say(f.label), options: f.options?.map((o) => ({ value: o.value, label: say(o.label) })) })),
      consent: consent && { version: consent.version, text: say(consent.text), url: consent.url },
    },
    hours: { open },
    offline: settings.offline,
    attachments: settings.attachments.enabled ? { enabled: true, count: filesOfMessage, bytes: bytesOfFile, types: settings.attachments.types } : { enabled: false, count: 0, bytes: 0 },
    survey: settings.survey,
    mail: settings.mail !== undefined,
  }
}
