export { api, ok, uniqueId } from './client'
export { type FieldProblem, Problem, fieldText, fieldTexts, problemText } from './problem'
export type * from './types'
