import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useLocation, useRouter } from '@tanstack/react-router'
import { MessagesSquare } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { KeyCaps, useKeysOf } from '@/lib/keys'
import { useScreenTitle } from '@/lib/title'
import { listCommands } from '@/kit/listKeys'
import { SidePanelRoom, useNarrow } from '@/kit/SidePanel'
import { Empty, PanelBoundary } from '@/kit/states'
import { detailQuery } from '../conversation/api'
import { keys } from '../conversation/caches'
import { Conversation } from '../conversation/Conversation'
import { useDesk } from '../conversation/desk'
import { CustomerPanel } from '../customer/CustomerPanel'
import { usePanel } from '../customer/usePanel'
import { type ListState, neighbour } from './list'
import { queryOf } from './search'
import { Worklist } from './Worklist'
import classes from './Worklist.module.css'

const route = getRouteApi('/desk/conversations')

/** The list, the open conversation and its customer; on phones one of them. */
export function WorklistPage() {
  const t = useT()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const narrow = useNarrow()
  const client = useQueryClient()
  const { cache } = useDesk()
  const open = search.c
  const openOne = (c: string | undefined) => void navigate({ search: (now) => ({ ...now, c }), replace: open !== undefined, state: { overList: narrow && c !== undefined && open === undefined } })
  const back = useWayBack(() => openOne(undefined))
  // What one is done with is no longer one's own: the next one takes its place.
  const moveOn = () => {
    if (!open) return
    const rows = client.getQueryData<ListState>(keys.list(queryOf(search)))?.rows ?? []
    const next = neighbour(rows, open)?.id
    cache.remove(open)
    if (narrow) back()
    else openOne(next)
  }
  useScreenTitle(t('desk.worklist.title'))
  return (
    // Escape goes outwards from wherever one is inside.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={classes.page} data-open={open !== undefined || undefined} onKeyDown={stepOut}>
      <Worklist search={search} onSearch={(next) => void navigate({ search: next, replace: true })} onOpen={openOne} covered={narrow && open !== undefined} />
      {open ? <Opened id={open} onBack={narrow ? back : undefined} onDone={search.view === undefined || search.view === 'mine' ? moveOn : undefined} /> : !narrow && <Nothing />}
    </div>
  )
}

declare module '@tanstack/history' {
  interface HistoryState {
    /** The page before this one in the history is the list that it lies over. */
    overList?: boolean
  }
}

/** Goes back to the list: in the history where that leads there, so that no step is added by coming and going. */
function useWayBack(close: () => void): () => void {
  const { history } = useRouter()
  const overList = useLocation({ select: (l) => l.state.overList })
  return () => (overList ? history.back() : close())
}

function Opened({ id, onBack, onDone }: { id: string; onBack?: () => void; onDone?: () => void }) {
  const [panel, setPanel] = usePanel()
  const { data: detail, isPending } = useQuery(detailQuery(id, useQueryClient()))
  return (
    <>
      <div className={classes.opened}>
        <Conversation id={id} panelOpen={panel} onPanel={() => setPanel(!panel)} onBack={onBack} onDone={onDone} />
      </div>
      {detail ? (
        <PanelBoundary resetKey={id}>
          <CustomerPanel id={detail.customer.id} conversation={id} brand={detail.brand_id} open={panel} onClose={() => setPanel(false)} />
        </PanelBoundary>
      ) : (
        <SidePanelRoom open={panel && isPending} />
      )}
    </>
  )
}

function Nothing() {
  const t = useT()
  return (
    <div className={classes.nothing}>
      <Empty icon={<MessagesSquare size={20} />} title={t('desk.worklist.choose')} text={t('desk.worklist.chooseText')} action={<Keys />} />
    </div>
  )
}

function Keys() {
  const next = useKeysOf(listCommands.next)
  const previous = useKeysOf(listCommands.previous)
  return (
    <span className={classes.keys} aria-hidden>
      <KeyCaps keys={next} /> <KeyCaps keys={previous} />
    </span>
  )
}

/** Escape leads from the field to the timeline, and from there to the list. */
function stepOut(event: React.KeyboardEvent<HTMLDivElement>) {
  if (event.key !== 'Escape' || event.defaultPrevented || !(event.target instanceof HTMLElement)) return
  const from = event.target.closest('textarea') ? '[role="log"]' : event.target.closest('article') ? '[data-list] [aria-current="true"]' : undefined
  if (from) event.currentTarget.querySelector<HTMLElement>(from)?.focus()
}
