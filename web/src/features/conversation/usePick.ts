import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, type RefObject, useId, useState } from 'react'
import { api } from '@/lib/api'
import { useSignedIn } from '@/lib/session'
import { moved } from '@/kit/listKeys'
import { customerKey } from '../customer/key'
import type { CustomerDetail } from '../customer/types'
import { cannedQuery, colleaguesQuery } from './api'
import { type Token, classOf, fillVariables, firstName, replaced, tokenAt } from './insert'
import type { CannedReply, Detail, Mode, Ref } from './types'

/** Where one types: a field, or a paragraph of formatted text. */
export type PickField = Pick<HTMLTextAreaElement, 'value' | 'selectionStart' | 'selectionEnd'> & { focus: () => void; setSelectionRange: (from: number, to: number) => void }

interface Options {
  detail: Detail
  mode: Mode
  text: string
  field: RefObject<PickField | null>
  onText: (text: string) => void
  /** Puts the words in, in the place of those between two places, where the text is not plain. */
  onInsert?: (from: number, to: number, words: string) => void
  /** Told of a colleague who was picked. */
  onMention: (who: Ref) => void
}

/** One thing to pick, as the popup shows it. */
export interface Choice {
  id: string
  title: string
  /** What it will put in, or what it is. */
  hint?: string
  shortcut?: string
}

const mostShown = 8

/** Picking canned replies by "/" and colleagues by "@" while typing. */
export function usePick({ detail, mode, text, field, onText, onInsert, onMention }: Options) {
  const listId = useId()
  const [token, setToken] = useState<Token>()
  const [at, setAt] = useState(0)
  const [dismissed, setDismissed] = useState<number>()
  const session = useSignedIn()
  const brand = session.brands.find((b) => b.id === detail.brand_id)

  const cache = useQueryClient()
  const language = cache.getQueryData<CustomerDetail>(customerKey(detail.customer.id))?.language || brand?.languages[0]
  const canned = useQuery({ ...cannedQuery(detail.brand_id, language, token?.kind === 'canned' ? token.query : ''), enabled: token?.kind === 'canned' })
  const colleagues = useQuery({ ...colleaguesQuery(detail.id, token?.kind === 'mention' ? token.query : ''), enabled: token?.kind === 'mention' })
  const valuesIn = (spoken: string) => ({
    'customer.name': detail.customer.name,
    'customer.first_name': firstName(detail.customer.name, spoken),
    'agent.name': session.user.name,
    'agent.first_name': firstName(session.user.name, spoken),
    'brand.name': brand?.name ?? '',
    'conversation.subject': detail.subject ?? '',
  })
  // What a reply says in this class of channels goes before what it says in all.
  const textOf = (r: CannedReply) => fillVariables(r.variants?.[classOf(detail.channel)]?.[r.language] ?? r.text, valuesIn(r.language))
  const replies: readonly CannedReply[] = (token?.kind === 'canned' && canned.data) || []
  const people: readonly Ref[] = (token?.kind === 'mention' && colleagues.data) || []
  const choices: Choice[] = [
    ...replies.map((r) => ({ id: r.id, title: r.title, hint: textOf(r), shortcut: r.shortcut })),
    ...people.map((p) => ({ id: p.id, title: p.name })),
  ].slice(0, mostShown)
  const open = token !== undefined && token.from !== dismissed
  const index = Math.min(at, choices.length - 1)

  const placeCaret = (caret: number) =>
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(caret, caret)
    })
  const put = (from: number, to: number, words: string) => {
    if (onInsert) return onInsert(from, to, words)
    const next = replaced(text, from, to, words)
    onText(next.text)
    placeCaret(next.caret)
  }
  const choose = (choice: Choice | undefined) => {
    if (!choice || !token) return
    const caret = field.current?.selectionStart ?? text.length
    const words = token.kind === 'canned' ? (choice.hint ?? '') : `@${choice.title} `
    put(token.from, caret, words)
    // A count that is lost is no reason to stop anybody's writing.
    if (token.kind === 'canned') void api.POST('/api/v1/canned/{id}/uses', { params: { path: { id: choice.id } }, body: { conversation_id: detail.id } }).catch(() => undefined)
    if (token.kind === 'mention') onMention({ id: choice.id, name: choice.title })
    setToken(undefined)
  }
  const look = () => {
    const element = field.current
    if (!element || element.selectionStart !== element.selectionEnd) return
    const found = tokenAt(element.value, element.selectionStart, mode === 'note')
    setToken(found)
    if (!found) setDismissed(undefined)
    if (found?.query !== token?.query) setAt(0)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open || event.nativeEvent.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && choices.length > 0) setAt(moved(index, step, choices.length))
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.ctrlKey && !event.metaKey && choices.length > 0) choose(choices[index])
    else if (event.key === 'Escape') setDismissed(token.from)
    else return
    event.preventDefault()
  }
  return {
    open,
    kind: token?.kind,
    loading: canned.isFetching || colleagues.isFetching,
    failure: token?.kind === 'canned' ? canned.error : colleagues.error,
    choices,
    index,
    listId,
    activeId: open && choices[index] ? `${listId}-${choices[index].id}` : undefined,
    choose,
    point: setAt,
    look,
    close: () => setToken(undefined),
    onKeyDown,
    placeCaret,
    /** Opens the canned replies from their button, as if one had typed a slash. */
    openCanned: () => {
      const caret = field.current?.selectionStart ?? text.length
      const sign = caret > 0 && !/\s$/.test((field.current?.value ?? text).slice(0, caret)) ? ' /' : '/'
      put(caret, caret, sign)
      setToken({ kind: 'canned', query: '', from: caret + sign.length - 1 })
    },
  }
}

export type Picking = ReturnType<typeof usePick>
