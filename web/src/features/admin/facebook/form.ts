import type { FacebookPage } from '../types'

/** The form of a page. */
export interface PageInput {
  /** Empty until it is connected. */
  id: string
  brand_id: string
  queue_id: string | null
  name: string
  active: boolean
  human_agent: boolean
  /** Set, never shown. */
  token: string
}

export const blankPage: PageInput = { id: '', brand_id: '', queue_id: null, name: '', active: true, human_agent: false, token: '' }

/** A page as its form has it. */
export const pageInput = (page: FacebookPage): PageInput => ({
  id: page.id, brand_id: page.brand_id, queue_id: page.queue_id ?? null, name: page.name, active: page.active, human_agent: page.human_agent, token: '',
})

/** What connects a page. Without a name it is called as at Facebook. */
export const newPageBody = (input: PageInput) => ({
  brand_id: input.brand_id, queue_id: input.queue_id ?? '', token: input.token.trim(), human_agent: input.human_agent, ...(input.name.trim() !== '' && { name: input.name.trim() }),
})

/** What changes one: only what was touched. A token that was left empty stays as it is. */
export const pageBody = (input: PageInput, before: PageInput) => ({
  ...(input.name !== before.name && { name: input.name.trim() }),
  ...(input.queue_id !== before.queue_id && { queue_id: input.queue_id ?? '' }),
  ...(input.active !== before.active && { active: input.active }),
  ...(input.human_agent !== before.human_agent && { human_agent: input.human_agent }),
  ...(input.token.trim() !== '' && { token: input.token.trim() }),
})
