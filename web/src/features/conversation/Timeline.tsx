import { Button, Loader } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowDown } from 'lucide-react'
import { Fragment, Suspense, useState } from 'react'
import { useT } from '@/lib/i18n'
import { lazyPart } from '@/lib/parts'
import { useSignedIn } from '@/lib/session'
import { formatDayHeading, toMillis, useNow } from '@/lib/time'
import { Avatar } from '@/kit/Avatar'
import { Delayed, ErrorState, SkeletonRows } from '@/kit/states'
import { loadOlder, typingQuery } from './api'
import type { Typing } from './caches'
import { calledBy } from './calledBy'
import { type Entries, type Shown, fold, hasOlder, inOneBreath } from './entries'
import { EntryView } from './EntryView'
import { OutgoingView } from './OutgoingView'
import type { Outgoing } from './outbox'
import type { Detail } from './types'
import { useReadMark } from './useReadMark'
import { useTimelineScroll } from './useTimelineScroll'
import classes from './Timeline.module.css'

interface Props {
  detail: Detail
  entries: Entries | undefined
  failure: unknown
  onRetry: () => void
  outgoing: readonly Outgoing[]
  /** Told the number of the newest entry in sight. */
  onSeen: (seq: number) => void
  /** Takes what was not sent back into the composer. */
  onEdit: (item: Outgoing) => void
}

const PostAbove = lazyPart(async () => (await import('./social/PostAbove')).PostAbove)
const ChorusBar = lazyPart(async () => (await import('../chorus/ChorusBar')).ChorusBar)

const noEntries: Entries = []

/** All that was written and that happened, oldest first. */
export function Timeline(props: Props) {
  if (props.failure && !props.entries) return <ErrorState error={props.failure} onRetry={props.onRetry} />
  return <Scroller {...props} entries={props.entries ?? noEntries} loading={!props.entries} />
}

function Scroller({ detail, entries, outgoing, onSeen, onEdit, loading }: Omit<Props, 'entries'> & { entries: Entries; loading: boolean }) {
  const t = useT()
  const typing = useQuery(typingQuery(detail.id)).data
  const firstUnread = useFirstUnread(detail)
  const older = useOlder(detail.id, entries)
  const mark = useReadMark(detail)
  const look = (seq: number) => {
    onSeen(seq)
    mark(seq)
  }
  const { box, content, missed, toEnd, onScroll } = useTimelineScroll({ entries, tail: `${outgoing.length} ${typing?.length}`, own: outgoing.length, onTop: older.load, onSeen: look })
  return (
    <div className={classes.frame}>
      {/* A log is read on as it grows; it scrolls, so it takes the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={box} className={classes.box} role="log" aria-label={t('desk.timeline.title')} tabIndex={0} onScroll={onScroll}>
        <div ref={content} className={classes.column}>
          {loading && <SkeletonRows rows={4} height="72px" />}
          {older.loading && (
            <Delayed>
              <div className={classes.loading}>
                <Loader size="xs" aria-label={t('state.loading')} />
              </div>
            </Delayed>
          )}
          {older.failed && (
            <div className={classes.loading}>
              <Button variant="default" size="xs" onClick={older.load}>
                {t('desk.timeline.olderAgain')}
              </Button>
            </div>
          )}
          {(detail.post || detail.continued?.length) && (
            <Suspense>
              <PostAbove detail={detail} />
            </Suspense>
          )}
          {detail.post && (
            <Suspense>
              <ChorusBar conversation={detail.id} />
            </Suspense>
          )}
          <List detail={detail} entries={entries} firstUnread={firstUnread} />
          {outgoing.map((item) => (
            <OutgoingView key={item.client_id} detail={detail} item={item} onEdit={onEdit} />
          ))}
          <TypingLine typing={typing ?? []} />
        </div>
      </div>
      {missed > 0 && (
        <Button className={classes.missed} size="xs" radius="xl" leftSection={<ArrowDown size={14} />} onClick={toEnd}>
          {t('desk.timeline.newBelow', { count: missed })}
        </Button>
      )}
    </div>
  )
}

/** Where the line above the first unread entry stands: fixed when the conversation is opened. */
function useFirstUnread(detail: Detail): number | undefined {
  const [first] = useState(() => (detail.unread > 0 ? detail.last_seq - detail.unread + 1 : undefined))
  return first
}

/** Brings older entries, one page at a time. */
function useOlder(id: string, entries: Entries) {
  const cache = useQueryClient()
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle')
  const load = async () => {
    if (state === 'loading' || !hasOlder(entries)) return
    setState('loading')
    try {
      await loadOlder(cache, id)
      setState('idle')
    } catch {
      setState('failed')
    }
  }
  return { load: () => void load(), loading: state === 'loading', failed: state === 'failed' }
}

function List({ detail, entries, firstUnread }: { detail: Detail; entries: Entries; firstUnread: number | undefined }) {
  const now = useNow('minute')
  const { language } = useT()
  const me = useSignedIn().user.id
  const shown = fold(entries)
  // The first unread that is shown at all, and not one's own doing.
  const lineAt = firstUnread === undefined ? undefined : shown.find((e) => e.seq >= firstUnread && e.user?.id !== me)?.id
  return shown.map((entry, i) => {
    const before = shown[i - 1]
    const newDay = !before || dayOf(before) !== dayOf(entry)
    const line = entry.id === lineAt
    return (
      <Fragment key={entry.id}>
        {newDay && <Separator text={formatDayHeading(entry.occurred_at, Math.max(now, toMillis(entry.occurred_at)), language)} />}
        {line && <NewLine />}
        <EntryView entry={entry} detail={detail} first={newDay || line || !inOneBreath(before, entry)} last={!inOneBreath(entry, shown[i + 1])} />
      </Fragment>
    )
  })
}

const dayOf = (entry: Shown) => new Date(entry.occurred_at).toDateString()

function Separator({ text }: { text: string }) {
  return (
    <div className={classes.separator}>
      <span>{text}</span>
    </div>
  )
}

function NewLine() {
  const t = useT()
  return (
    <div className={classes.newLine} data-new-line>
      <span>{t('desk.timeline.new')}</span>
    </div>
  )
}

function TypingLine({ typing }: { typing: readonly Typing[] }) {
  const t = useT()
  return typing.map((who) => (
    <div key={who.who} className={classes.typing}>
      <Avatar name={who.name} size={28} />
      <div>
        <span className={classes.dots} aria-hidden>
          <i />
          <i />
          <i />
        </span>
        <span>{t('desk.timeline.typing', { name: calledBy(t, who) })}</span>
      </div>
    </div>
  ))
}
