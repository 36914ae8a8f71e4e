export const states = ['draft', 'review', 'published'] as const
export type ListedState = (typeof states)[number]

/** What the address of the articles says; what is as usual is left out. */
export interface KnowledgeSearch {
  q?: string
  category?: string
  language?: string
  state?: ListedState
  mine?: true
  /** Those whose day to be looked at again has come. */
  due?: true
  /** Shows what was looked for in vain in place of the articles. */
  missing?: true
  /** The article is being written in this language. */
  edit?: string
  /** Of an article to be written: its title, and the question that it answers. */
  title?: string
  answers?: string
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined)
const yes = (value: unknown) => (value === true ? true : undefined)

/** Keeps of an address what the articles know. */
export function readSearch(raw: Record<string, unknown>): KnowledgeSearch {
  return {
    q: text(raw.q),
    category: text(raw.category),
    language: text(raw.language),
    state: states.find((s) => s === raw.state),
    mine: yes(raw.mine),
    due: yes(raw.due),
    missing: yes(raw.missing),
    edit: text(raw.edit),
    title: text(raw.title),
    answers: text(raw.answers),
  }
}

/** What stays in the address when one goes to another article. */
export const listPart = (search: KnowledgeSearch): KnowledgeSearch => ({ ...search, edit: undefined, title: undefined, answers: undefined })
