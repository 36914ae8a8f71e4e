import type { QueryKey } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Key } from '@/lib/i18n'
import type { Option } from '../Choose'

/** How a field is edited. */
type Kind =
  | { kind: 'text'; placeholder?: string }
  | { kind: 'email' | 'password' | 'area' | 'color' | 'words' | 'switch' }
  | { kind: 'number'; min?: number; max?: number; suffix?: string }
  | { kind: 'one' | 'many'; options: Options }
  | { kind: 'custom'; render: (control: Control) => ReactNode }

/** What there is to choose: a fixed list of words, or one that is asked from the server. */
export type Options = readonly { value: string; label: Key }[] | { queryKey: QueryKey; queryFn: () => Promise<readonly Option[]> }

/** What an own control gets: the value, and how to change it. */
export interface Control {
  name: string
  label: string
  value: unknown
  error: string | undefined
  disabled: boolean
  onChange: (value: never) => void
  /** The error of a part of the value, by its path: "hours[0].from". */
  errorOf: (path: string) => string | undefined
  /** All values of the form, for what depends on another field. */
  values: unknown
}

/** One field of a form, named as the API names it. */
export type FieldSpec<Input> = Kind & {
  name: keyof Input & string
  label: Key
  help?: Key
  required?: boolean
  /** Heads the fields from here on. */
  section?: Key
  /** Only shown while it is true of the values. */
  when?: (values: Input) => boolean
  /** Fixed once the thing exists. */
  createOnly?: boolean
  /** Takes half a row; two that follow one another stand side by side. */
  half?: boolean
}

/** One column of a list. */
export interface Column<Item> {
  id: string
  label: Key
  render: (item: Item) => ReactNode
  align?: 'left' | 'right'
  /** Left out on narrow screens. */
  wideOnly?: boolean
}

/** A page of a list: its items and the cursor of the next one. */
export interface ListPage<Item> {
  items: Item[]
  next?: string
}

/** What a list is asked for. */
export interface ListQuery {
  q?: string
  cursor?: string
  archived?: boolean
  brand?: string
}

/** The words of one kind of thing. */
export interface ResourceWords {
  title: Key
  /** The verb on the button: "New queue". */
  create: Key
  /** The verb that ends its form, where "create" is the wrong word. */
  submit?: Key
  /** Why the list is empty and what the things are for. */
  empty: Key
  /** "Queue archived" */
  archived: Key
  /** "Queue saved" */
  saved: Key
  /** Verbs and filter where "archive" is the wrong word: users are deactivated, keys revoked. */
  archive?: Key
  restore?: Key
  active?: Key
  inactive?: Key
  /** What is lost for good, if the thing cannot be restored. */
  forever?: Key
}

/** More about a thing that exists, under a tab of its own beside the form. */
export interface ResourceTab<Item> {
  id: string
  label: Key
  render: (item: Item) => ReactNode
  /** Only shown where it is true. */
  when?: (item: Item) => boolean
  /** The permission to see it. */
  permission?: string
}

/** Everything an administration page needs to know about one kind of thing. */
export interface Resource<Item extends { id: string; archived_at?: string }, Input extends object> {
  key: QueryKey
  words: ResourceWords
  /** The permission to change; without it the page only shows. */
  edit: string
  nameOf: (item: Item) => string
  columns: readonly Column<Item>[]
  fields: readonly FieldSpec<Input>[]
  blank: Input
  toInput: (item: Item) => Input
  list: (query: ListQuery) => Promise<ListPage<Item>>
  /** Asks for one thing that an address opens and the shown pages do not hold. */
  get?: (id: string) => Promise<Item>
  create?: (input: Input) => Promise<unknown>
  /** `before` is what the form began with, so that only what changed is sent. */
  update?: (id: string, input: Input, before: Input) => Promise<unknown>
  archive?: (id: string) => Promise<unknown>
  restore?: (id: string) => Promise<unknown>
  /** More about an item, below its form: members, usage, a snippet. */
  extra?: (item: Item) => ReactNode
  tabs?: readonly ResourceTab<Item>[]
  /** What stands above the list. */
  lead?: () => ReactNode
  /** What is shown of a thing just made, and never again: a token, a link. */
  reveal?: (made: unknown) => ReactNode
  /** Cannot be changed by anybody, such as a built-in role. */
  locked?: (item: Item) => boolean
  /** Each belongs to a brand: offers to show those of one. */
  byBrand?: boolean
  /** Neither searched nor paged by the server. */
  unsearched?: boolean
  /** Pixels of the sheet; the usual ones are too narrow for tables. */
  width?: number
}

/** The state of a resource page in the address: the search, and which item is open. */
export interface ResourceSearch {
  q?: string
  open?: string
  archived?: boolean
  brand?: string
  tab?: string
}

/** Reads that state from an address; a route's `validateSearch`. */
export function resourceSearch(raw: Record<string, unknown>): ResourceSearch {
  return { q: text(raw.q), open: text(raw.open), archived: raw.archived === true ? true : undefined, brand: text(raw.brand), tab: text(raw.tab) }
}

/** The value of `open` for a thing that does not exist yet. */
export const newItem = 'new'

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined)
