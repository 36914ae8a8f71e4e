import { api, ok } from '@/lib/api'
import type { Version } from '../types'
import { toBlocks } from './blocks'
import type { Writing } from './useText'

/** What becomes of the text of one language. */
export type Decision = 'submit' | 'return' | 'publish' | 'withdraw'

const at = (id: string) => ({ params: { path: { id } } })

/** Saves the draft of a language; `rev` is of the draft that was edited, 0 where there was none. */
export function saveText(article: string, language: string, { title, blocks }: Writing, rev: number): Promise<Version> {
  const body = { language, title: title.trim(), blocks: toBlocks(blocks), ...(rev > 0 ? { rev } : { expect_no_draft: true }) }
  return ok(api.PUT('/api/v1/articles/{id}/text', { ...at(article), body }))
}

const decisions = {
  submit: (id: string, body: Body) => api.POST('/api/v1/articles/{id}/submit', { ...at(id), body }),
  return: (id: string, body: Body) => api.POST('/api/v1/articles/{id}/return', { ...at(id), body }),
  publish: (id: string, body: Body) => api.POST('/api/v1/articles/{id}/publish', { ...at(id), body }),
  withdraw: (id: string, body: Body) => api.POST('/api/v1/articles/{id}/withdraw', { ...at(id), body }),
}

interface Body {
  language: string
  comment?: string
}

export const decide = (decision: Decision, article: string, language: string, comment?: string): Promise<Version> => ok(decisions[decision](article, comment ? { language, comment } : { language }))
