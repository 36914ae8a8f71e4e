import { ActionIcon } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Reply, X } from 'lucide-react'
import { Problem, api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { useSession } from '@/lib/session'
import { entriesQuery, loadOlder } from '../api'
import { actsOn } from '../changes/actsOn'
import { conversationCommands as commands } from '../commands'
import { type Entries, type Shown, fold } from '../entries'
import type { Detail } from '../types'
import { type About, aboutOf, answerTo } from './about'
import { authorOf } from './nameOf'
import classes from './Quote.module.css'

/** Which message the next answer quotes, above the text; a key chooses one. */
export function QuoteBar({ detail, entries, about }: { detail: Detail; entries: Entries; about: About | undefined }) {
  const t = useT()
  const session = useSession()
  useCommand(commands.quote, () => {
    const shown = fold(entries)
    const may = (e: Shown) => actsOn(e, detail, session, Date.now()).includes('answer')
    const seq = Number(document.activeElement?.closest<HTMLElement>('[data-seq]')?.dataset.seq)
    const chosen = shown.find((e) => e.seq === seq && may(e)) ?? shown.findLast((e) => e.author === 'customer' && may(e))
    if (chosen) answerTo(detail.id, aboutOf(chosen, authorOf(t, chosen, detail), false))
  })
  if (!about) return null
  return (
    <div className={classes.bar}>
      <Reply size={15} aria-hidden />
      <p className={classes.quote}>
        <strong>{t('desk.quote.to', { name: about.name })}</strong>
        <span className={classes.words}>{wordsOf(entries.find((e) => e.id === about.entry) ?? about)}</span>
      </p>
      <ActionIcon size={28} variant="subtle" color="gray" title={t('desk.quote.drop')} aria-label={t('desk.quote.drop')} onClick={() => answerTo(detail.id, undefined)}>
        <X size={15} aria-hidden />
      </ActionIcon>
    </div>
  )
}

/** What a message answers, above it. It leads there. */
export function Quoted({ id, detail }: { id: string; detail: Detail }) {
  const t = useT()
  const cache = useQueryClient()
  const known = useQuery({ ...entriesQuery(detail.id), enabled: false }).data
  const here = known && fold(known).find((e) => e.id === id)
  // One that stands further up than what is loaded, or was taken back.
  const above = useQuery({
    queryKey: ['entry', detail.id, id],
    queryFn: () => ok(api.GET('/api/v1/conversations/{id}/entries/{entry}', { params: { path: { id: detail.id, entry: id } } })),
    enabled: known !== undefined && !here,
    staleTime: Infinity,
    retry: (times, error) => times < 3 && !(error instanceof Problem && error.status === 404),
  })
  const entry: Shown | undefined = here ?? above.data
  if (above.isError || here?.deleted) return <p className={classes.gone}>{t('desk.quote.gone')}</p>
  if (!entry) return <p className={classes.gone} aria-hidden />
  const name = authorOf(t, entry, detail)
  return (
    <button type="button" className={classes.quoted} onClick={() => void lead(id, () => loadOlder(cache, detail.id))}>
      <span className={classes.quote}>
        <strong>{name}</strong>{' '}
        <span className={classes.words} dir="auto">
          {wordsOf(entry)}
        </span>
      </span>
    </button>
  )
}

/** What a message says, or the names of its files. */
const wordsOf = ({ text, attachments }: Pick<Shown, 'text' | 'attachments'>): string => text || attachments?.map((a) => a.name).join(', ') || '—'

const mostPages = 20 // of older entries that are brought to find one
const lightFor = 1600 // milliseconds, as its style has it

/** Brings a message into sight and shows which one it is. */
async function lead(id: string, older: () => Promise<boolean>) {
  for (let page = 0; page < mostPages && !placeOf(id); page++) {
    // Each page begins where the one before it ended.
    // oxlint-disable-next-line no-await-in-loop
    const more = await older()
    // oxlint-disable-next-line no-await-in-loop
    await new Promise(requestAnimationFrame)
    if (!more) break
  }
  const place = placeOf(id)
  if (!place) return
  place.scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' })
  place.toggleAttribute('data-led', true)
  setTimeout(() => place.toggleAttribute('data-led', false), lightFor)
}

const placeOf = (id: string) => document.querySelector<HTMLElement>(`[data-entry="${CSS.escape(id)}"]`)
