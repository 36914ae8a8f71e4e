import type { Schemas } from '@/lib/api'

/** A case as lists and live frames show it. */
export type CaseRow = Schemas['CaseRow']

/** A case with what stands around it. */
export type CaseDetail = Schemas['CaseDetail']

export type CaseStatus = Schemas['CaseStatusBody']
export type CaseField = Schemas['CaseFieldBody']
export type CaseLink = Schemas['CaseLinkBody']
export type CaseCheck = Schemas['CaseCheckBody']
export type CaseNote = Schemas['CaseNoteBody']
export type Clock = Schemas['CaseClockBody']
export type Board = Schemas['CaseBoardOutputBody']
export type Column = Schemas['BoardColumn']
export type Counts = Schemas['CaseCountsOutputBody']
export type AnswerAll = Schemas['AnswerAllBody']

/** What may be changed of a case, as it is sent. */
export type CasePatch = Schemas['CaseUpdateInputBody']

export type Category = CaseRow['category']
export type Priority = CaseRow['priority']
export type CaseView = 'mine' | 'team' | 'watching' | 'all'

export const categories = ['new', 'working', 'waiting_customer', 'waiting_third', 'done'] as const satisfies readonly Category[]
export const priorities = ['low', 'normal', 'high', 'urgent'] as const satisfies readonly Priority[]

/** Which cases a list or a board shows. */
export interface CaseQuery {
  view: CaseView
  category?: Category
  brand?: string
  q?: string
  sort?: 'newest'
}
