export { api, ok, uniqueId } from './client'
export { type Fetched, fetchFile, largestDownload, saveFile } from './download'
export { type FieldProblem, Problem, fieldText, fieldTexts, problemText } from './problem'
export type * from './types'
