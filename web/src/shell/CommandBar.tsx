import { Modal } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQueries } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Search as SearchIcon } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import { type Translate, useT } from '@/lib/i18n'
import { type CommandSpec, KeyCaps, type KeySettings, keysOf, useCommands, useKeySettings, useRunCommand } from '@/lib/keys'
import { can, useSession } from '@/lib/session'
import { matchesText } from '@/kit/Choose'
import { Marked, type Run } from '@/kit/Marked'
import { searches } from './areas'
import type { Found } from './feature'
import classes from './CommandBar.module.css'

const typingPause = 200 // milliseconds without a key before the server is asked
const leastAsked = 2 // letters

/** Finds commands by their words and conversations by their customers, and goes there. */
export function CommandBar({ onClose }: { onClose: () => void }) {
  const t = useT()
  return (
    <Modal opened onClose={onClose} size={600} padding={0} withCloseButton={false} centered={false} yOffset="9vh" aria-label={t('shell.commands')} classNames={{ content: classes.content }}>
      <Body onClose={onClose} />
    </Modal>
  )
}

/** One line of the bar. */
interface Hit {
  id: string
  group: string
  icon: ReactNode
  title: readonly Run[]
  note?: readonly Run[]
  keys: string
  run: () => void
}

function Body({ onClose }: { onClose: () => void }) {
  const t = useT()
  const id = useId()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const commands = useCommandHits(typed)
  const found = useFoundHits(typed)
  // What the server finds comes below, so that nothing moves when it comes.
  const hits = [...commands, ...found.hits]

  const choose = (hit: Hit | undefined) => {
    if (!hit) return
    onClose()
    // After the bar has given the focus back to where it was.
    setTimeout(hit.run)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setAt((now) => Math.min(hits.length - 1, Math.max(0, now + step)))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(hits[at])
    }
  }
  return (
    <>
      <div className={classes.field}>
        <SearchIcon size={18} aria-hidden />
        <input
          className={classes.input}
          data-autofocus
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={hits[at] && `${id}-${hits[at].id}`}
          aria-label={t('shell.commandPlaceholder')}
          placeholder={t('shell.commandPlaceholder')}
          value={typed}
          onChange={(e) => {
            setTyped(e.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <Hits id={id} hits={hits} at={at} onPoint={setAt} onChoose={choose} />
      {hits.length === 0 && (
        <p className={classes.nothing} role="status">
          {t(found.asking ? 'state.loading' : 'state.nothingFound')}
        </p>
      )}
    </>
  )
}

interface HitsProps {
  id: string
  hits: readonly Hit[]
  at: number
  onPoint: (index: number) => void
  onChoose: (hit: Hit) => void
}

function Hits({ id, hits, at, onPoint, onChoose }: HitsProps) {
  const t = useT()
  const groups = Map.groupBy(hits, (h) => h.group)
  return (
    <div id={`${id}-list`} role="listbox" aria-label={t('shell.commands')} className={classes.list}>
      {[...groups].map(([group, members]) => (
        <div key={group} role="group" aria-label={group}>
          <div className={classes.group} aria-hidden>
            {group}
          </div>
          {members.map((hit) => {
            const index = hits.indexOf(hit)
            return (
              // The keys work in the field above; the row itself is for the pointer.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
              <div key={hit.id} id={`${id}-${hit.id}`} role="option" aria-selected={index === at} className={classes.row} ref={index === at ? reveal : undefined} onPointerMove={() => onPoint(index)} onClick={() => onChoose(hit)}>
                {hit.icon}
                <span className={classes.title}>
                  <Marked runs={hit.title} />{' '}
                  {hit.note && (
                    <span className={classes.note}>
                      <Marked runs={hit.note} />
                    </span>
                  )}
                </span>
                <KeyCaps keys={hit.keys} />
              </div>
            )
          })}
        </div>
      ))}
    </div>
  )
}

const reveal = (row: HTMLElement | null) => row?.scrollIntoView({ block: 'nearest' })

/** The commands whose title or group has what was typed, grouped in the order of the list. */
function useCommandHits(typed: string): Hit[] {
  const t = useT()
  const run = useRunCommand()
  const settings = useKeySettings()
  const { live } = useCommands()
  const hits = live.filter((s) => !s.keysOnly && (matchesText(t(s.title), typed) || matchesText(t(s.group), typed)))
  return [...Map.groupBy(hits, (h) => h.group).values()].flat().map((spec) => ofCommand(t, spec, settings, () => run(spec.id)))
}

function ofCommand(t: Translate, spec: CommandSpec, settings: KeySettings, run: () => void): Hit {
  const Icon = spec.icon
  return { id: spec.id, group: t(spec.group), icon: Icon ? <Icon size={16} aria-hidden /> : <span className={classes.noIcon} />, title: [{ text: t(spec.title) }], keys: keysOf(spec, settings), run }
}

/** What the features find on the server for what was typed. */
function useFoundHits(typed: string): { hits: Hit[]; asking: boolean } {
  const t = useT()
  const session = useSession()
  const { navigate } = useRouter()
  const wanted = typed.trim()
  const [asked] = useDebouncedValue(wanted, typingPause)
  const enabled = asked.length >= leastAsked && wanted.length >= leastAsked
  const allowed = searches.filter((s) => can(session, s.permission))
  const answers = useQueries({ queries: allowed.map((s) => ({ queryKey: ['find', s.id, asked], queryFn: ({ signal }: { signal: AbortSignal }) => s.find(asked, signal), enabled, staleTime: 10_000, retry: false })) })
  const ofFound = ({ id, group, title, note, icon: Icon, href, run }: Found): Hit => ({ id, group: t(group), icon: <Icon size={16} aria-hidden />, title, note, keys: '', run: run ?? (() => void navigate({ href })) })
  // Each kind stands together: the keys go through the hits as they are shown.
  const all = allowed.flatMap((_, i) => answers[i]?.data ?? [])
  const grouped = [...Map.groupBy(all, (f) => f.group).values()].flat().map(ofFound)
  const whole: Hit = { id: 'search-page', group: t('search.title'), icon: <SearchIcon size={16} aria-hidden />, title: [{ text: t('search.more', { q: asked }) }], keys: '', run: () => void navigate({ to: '/search', search: { q: asked } }) }
  return {
    hits: enabled && all.length > 0 ? [...grouped, whole] : [],
    asking: wanted.length >= leastAsked && (wanted !== asked || answers.some((a) => a.isFetching)),
  }
}
