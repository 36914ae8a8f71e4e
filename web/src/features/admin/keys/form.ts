import type { ApiKey, Rights } from '../types'

/** The form of an API key. */
export interface KeyInput {
  name: string
  permissions: Rights
  all_brands: boolean
  brand_ids: string[]
  /** A day, "2026-12-31"; empty: never. */
  expires_on: string
}

export const blankKey: KeyInput = { name: '', permissions: {}, all_brands: false, brand_ids: [], expires_on: '' }

export function keyInput(key: ApiKey): KeyInput {
  return { name: key.name, permissions: key.permissions, all_brands: key.all_brands, brand_ids: key.brand_ids, expires_on: key.expires_at ? dayOf(new Date(key.expires_at)) : '' }
}

/** What makes a key. It is valid to the end of its last day where its maker is. */
export function keyBody({ expires_on, all_brands, brand_ids, ...rest }: KeyInput) {
  const brands = all_brands ? { all_brands } : { brand_ids }
  return { ...rest, ...brands, ...(expires_on ? { expires_at: new Date(`${expires_on}T23:59:59`).toISOString() } : {}) }
}

const two = (n: number) => String(n).padStart(2, '0')

/** The day of an instant where the viewer is. */
const dayOf = (at: Date) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
