import type { SetupInput } from '@/lib/api'
import type { Language } from '@/lib/i18n'
import { type FieldErrors, onlyErrors, type useChecks } from '@/kit/form'

/** What the guide asks for, flat as the fields are; named as the API's paths. */
export interface SetupValues {
  code: string
  'operator.name': string
  'administrator.name': string
  'administrator.email': string
  'administrator.password': string
  'brand.name': string
  'brand.color': string
  'brand.languages': string[]
  'brand.time_zone': string
  'widget.name': string
  'widget.domains': string[]
  'queue.name': string
  'queue.target_percent': number
  'queue.target_seconds': number
}

/** The steps, each with the fields it shows: the paths that begin with one of its words. */
export const steps = [
  { id: 'operator', fields: ['code', 'operator', 'administrator'] },
  { id: 'brand', fields: ['brand'] },
  { id: 'widget', fields: ['widget'] },
  { id: 'queue', fields: ['queue'] },
] as const

/** The code in the address that the server printed; empty if one came another way. */
export function codeOf(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('code') ?? ''
}

export function blankSetup(language: Language, code: string): SetupValues {
  return {
    code,
    'operator.name': '',
    'administrator.name': '',
    'administrator.email': '',
    'administrator.password': '',
    'brand.name': '',
    'brand.color': '#2f5bea',
    'brand.languages': [language],
    'brand.time_zone': Intl.DateTimeFormat().resolvedOptions().timeZone,
    'widget.name': '',
    'widget.domains': [],
    'queue.name': '',
    'queue.target_percent': 80,
    'queue.target_seconds': 20,
  }
}

export function checkSetup(values: SetupValues, checks: ReturnType<typeof useChecks>): FieldErrors {
  const needed = ['code', 'operator.name', 'administrator.name', 'brand.name', 'brand.color', 'brand.languages', 'brand.time_zone', 'widget.name', 'queue.name'] as const
  return onlyErrors({
    ...Object.fromEntries(needed.map((name) => [name, checks.required(values[name])])),
    'administrator.email': checks.email(values['administrator.email']),
    'administrator.password': checks.password(values['administrator.password']),
  })
}

/** The step that shows the first of the fields with an error; -1 if none does. */
export function stepOf(errors: readonly string[]): number {
  return steps.findIndex((step) => errors.some((path) => step.fields.some((f) => path === f || path.startsWith(`${f}.`))))
}

/** The values in the shape of the API. */
export function toSetupInput(v: SetupValues, language: Language): SetupInput {
  return {
    code: v.code.trim(),
    operator: { name: v['operator.name'].trim() },
    administrator: { name: v['administrator.name'].trim(), email: v['administrator.email'].trim(), password: v['administrator.password'], language },
    brand: { name: v['brand.name'].trim(), color: v['brand.color'], languages: v['brand.languages'], time_zone: v['brand.time_zone'] },
    widget: { name: v['widget.name'].trim(), domains: v['widget.domains'] },
    queue: { name: v['queue.name'].trim(), target_percent: v['queue.target_percent'], target_seconds: v['queue.target_seconds'] },
  }
}
