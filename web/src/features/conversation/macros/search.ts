import type { Search } from '@/shell/feature'
import { macroPlace } from './open'

/** Finds the macros for the open conversation by their words. What compares them comes with the first search. */
export const macroSearch: Search = {
  id: 'macros',
  permission: 'canned.read',
  find: async (typed, signal) => (macroPlace() ? (await import('./find')).findMacros(typed, signal) : []),
}
