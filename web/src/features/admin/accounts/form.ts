import type { Key } from '@/lib/i18n'
import type { FieldSpec } from '@/kit/resource/schema'
import type { ChannelAccount, ChannelField, ChannelForm } from '../types'

/** The form of an account. What its channel asks for stands under "settings.<key>", as the server names it. */
export interface AccountInput {
  /** Empty until it is connected. */
  id: string
  channel: string
  brand_id: string
  queue_id: string | null
  name: string
  active: boolean
  /** What the channel can show customers beside messages. */
  signs: ChannelAccount['signs']
  shows_typing: boolean
  shows_read: boolean
  [setting: `settings.${string}`]: unknown
}

type Name = `settings.${string}`
const nameOf = (key: string): Name => `settings.${key}`

/** Whether something of a form is there with what was entered. */
export const there = (when: ChannelField['when'], values: AccountInput) => !when || values[nameOf(when.field)] === when.is

/** What a field says while nothing was entered. */
const usual = (field: ChannelField): unknown => {
  if (field.kind === 'switch') return false
  if (field.kind === 'choice') return field.choices?.[0] ?? ''
  if (field.kind === 'number' || field.kind === 'duration') return field.default ?? null
  return ''
}

const settingsOf = (form: ChannelForm | undefined, said: Record<string, unknown> = {}) =>
  Object.fromEntries((form?.fields ?? []).map((f) => [nameOf(f.key), f.kind === 'secret' ? '' : (said[f.key] ?? usual(f))]))

/** The form of an account of a channel that is to be connected. */
export const blankAccount = (forms: readonly ChannelForm[], brand = ''): AccountInput => ({
  id: '', channel: forms.length === 1 ? (forms[0]?.channel ?? '') : '', brand_id: brand, queue_id: null, name: '', active: true, signs: [], shows_typing: true, shows_read: true,
  // What two channels have in common is entered once.
  ...Object.assign({}, ...forms.map((form) => settingsOf(form))),
})

/** An account as its form has it. */
export const accountInput = (account: ChannelAccount, forms: readonly ChannelForm[]): AccountInput => ({
  id: account.id, channel: account.channel, brand_id: account.brand_id, queue_id: account.queue_id ?? null, name: account.name, active: account.active, signs: account.signs, shows_typing: account.shows_typing, shows_read: account.shows_read,
  ...settingsOf(forms.find((f) => f.channel === account.channel), account.settings),
})

const isEmpty = (value: unknown) => value === '' || value === null || value === undefined

/** What is entered in the fields of a form, without those that are not there. */
function entered(form: ChannelForm | undefined, input: AccountInput, keep: (field: ChannelField, value: unknown) => boolean) {
  const settings: Record<string, unknown> = {}
  for (const field of form?.fields ?? []) {
    const value = input[nameOf(field.key)]
    const said = typeof value === 'string' ? value.trim() : value
    if (there(field.when, input) && keep(field, said)) settings[field.key] = said
  }
  return settings
}

/** What connects an account. Without a name it is called as at its provider. */
export const newAccountBody = (input: AccountInput, forms: readonly ChannelForm[]) => ({
  channel: input.channel, brand_id: input.brand_id, queue_id: input.queue_id ?? '',
  ...(input.name.trim() !== '' && { name: input.name.trim() }),
  settings: entered(forms.find((f) => f.channel === input.channel), input, (_, value) => !isEmpty(value)),
})

/** What changes one: only what was touched. A secret that was left empty stays as it is. */
export const accountBody = (input: AccountInput, before: AccountInput, forms: readonly ChannelForm[]) => {
  const settings = entered(forms.find((f) => f.channel === input.channel), input, (field, value) =>
    field.kind === 'secret' ? !isEmpty(value) : value !== before[nameOf(field.key)] && !field.fixed)
  return {
    ...(input.name !== before.name && { name: input.name.trim() }),
    ...(input.queue_id !== before.queue_id && { queue_id: input.queue_id ?? '' }),
    ...(input.active !== before.active && { active: input.active }),
    ...(input.shows_typing !== before.shows_typing && { shows_typing: input.shows_typing }),
    ...(input.shows_read !== before.shows_read && { shows_read: input.shows_read }),
    ...(Object.keys(settings).length > 0 && { settings }),
  }
}

const units = { s: 's', min: 'min', h: 'h' } as const

/** A text of a channel, which its adapter names. */
export const textOf = (channel: string, name: string) => `admin.account.${channel}.${name}` as Key

/** The fields of a channel's form, where a form shows them. */
interface Drawn {
  /** On which others, and the guide, depend. */
  steering: FieldSpec<AccountInput>[]
  rest: FieldSpec<AccountInput>[]
  /** Secrets once there are any: they are only entered again. */
  access: FieldSpec<AccountInput>[]
}

const isNew = (values: AccountInput) => values.id === ''

/** The fields of a channel's form. `has` says whether there is a text. */
export function fieldsOf(form: ChannelForm, has: (key: Key) => boolean): Drawn {
  const ours = (field: ChannelField) => (values: AccountInput) => values.channel === form.channel && there(field.when, values)
  const steers = new Set([...form.fields, ...form.guide].map((one) => one.when?.field))
  const drawn = (field: ChannelField) => {
    const shown = ours(field)
    return { ...specOf(form.channel, field, has), when: field.kind === 'secret' ? (values: AccountInput) => isNew(values) && shown(values) : shown }
  }
  return {
    steering: form.fields.filter((f) => steers.has(f.key)).map(drawn),
    rest: form.fields.filter((f) => !steers.has(f.key)).map(drawn),
    access: form.fields.filter((f) => f.kind === 'secret').map((field, i) => ({
      ...specOf(form.channel, field, has), required: false, help: 'admin.account.secretHelp', section: i === 0 ? 'admin.account.access' : undefined,
      when: (values) => !isNew(values) && ours(field)(values),
    })),
  }
}

function specOf(channel: string, field: ChannelField, has: (key: Key) => boolean): FieldSpec<AccountInput> {
  const label = textOf(channel, `field.${field.key}`)
  const help = textOf(channel, `field.${field.key}.help`)
  const common = { name: nameOf(field.key), label, help: has(help) ? help : undefined, required: field.required, createOnly: field.fixed }
  switch (field.kind) {
    case 'secret':
      return { ...common, kind: 'password' }
    case 'choice':
      return { ...common, kind: 'one', options: (field.choices ?? []).map((value) => ({ value, label: textOf(channel, `field.${field.key}.${value}`) })) }
    case 'number':
      return { ...common, kind: 'number', min: field.least ?? 0, max: field.most }
    case 'duration':
      return { ...common, kind: 'number', min: field.least ?? 0, max: field.most, suffix: field.unit && ` ${units[field.unit]}` }
    case 'switch':
      return { ...common, kind: 'switch' }
    case 'text':
      return { ...common, kind: 'text', placeholder: field.example }
  }
}
