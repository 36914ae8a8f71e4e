import { useState } from 'react'
import { useSignedIn } from '@/lib/session'
import { forget, kept, keptKey, useKept } from '../../conversation/kept'
import { type EditBlock, blankBlock, sameWriting, toEdit } from './blocks'
import type { Version } from '../types'

/** What one language of an article says, while it is written. */
export interface Writing {
  title: string
  blocks: readonly EditBlock[]
}

/** What this device keeps: what was written, and upon which version. */
interface KeptWriting extends Writing {
  rev: number
}

interface Base extends KeptWriting {
  /** Names the draft that it came from; empty where there was none. */
  stamp: string
}

const stampOf = (draft: Version | undefined) => (draft ? `${draft.id}.${draft.rev}` : '')

const baseOf = (open: Version | undefined, published: Version | undefined, title: string): Base => {
  const from = open ?? published
  // A text that is published goes on as a new draft, which has no version yet.
  return { title: from?.title ?? title, blocks: from ? toEdit(from.blocks) : [blankBlock()], rev: open?.rev ?? 0, stamp: stampOf(open) }
}

/** The text of one language: what is written stays on this device until the server has it. */
export function useText(id: string, open: Version | undefined, published: Version | undefined, title = '') {
  const key = keptKey('article', useSignedIn().user.id, id)
  const [base, setBase] = useState(() => baseOf(open, published, title))
  const [found] = useState(() => kept<KeptWriting>(key))
  const [now, setNow] = useState<KeptWriting>(() => found ?? base)
  const [returned, setReturned] = useState(found !== undefined)
  const dirty = now.title !== base.title || !sameWriting(now.blocks, base.blocks)
  useKept<KeptWriting>(key, now, !dirty)
  const start = (next: Base) => {
    setBase(next)
    setNow({ title: next.title, blocks: next.blocks, rev: next.rev })
    setReturned(false)
  }
  // What others have saved or decided meanwhile is shown to who has written nothing themselves.
  const stamp = stampOf(open)
  const [seen, setSeen] = useState(stamp)
  if (stamp !== seen) {
    setSeen(stamp)
    if (!dirty && stamp !== base.stamp) start(baseOf(open, published, title))
  }
  return {
    ...now,
    dirty,
    /** What was not saved the last time is back. */
    returned: returned && dirty,
    write: (change: Partial<Writing>) => setNow((was) => ({ ...was, ...change })),
    /** Changes the blocks as they are by then: for what takes its time. */
    place: (change: (blocks: readonly EditBlock[]) => readonly EditBlock[]) => setNow((was) => ({ ...was, blocks: change(was.blocks) })),
    /** The server has what was sent; what was written since stays unsaved. */
    saved: (version: Version, sent: Writing) => {
      setBase({ ...sent, rev: version.rev, stamp: stampOf(version) })
      setNow((was) => ({ ...was, rev: version.rev }))
      setReturned(false)
      if (sameWriting(sent.blocks, now.blocks) && sent.title === now.title) forget(key)
    },
    /** What was decided about the draft: it goes on in its new state, or there is none any more. */
    decided: (version: Version) => {
      const draft = version.state === 'draft' || version.state === 'review' ? version : undefined
      setBase((was) => ({ ...was, rev: draft?.rev ?? 0, stamp: stampOf(draft) }))
      setNow((was) => ({ ...was, rev: draft?.rev ?? 0 }))
    },
    /** Goes on from another version, with what is written here. */
    rebase: (onto: number) => setNow((was) => ({ ...was, rev: onto })),
    /** Gives up what is written here. */
    drop: (nowOpen = open, nowPublished = published) => {
      forget(key)
      start(baseOf(nowOpen, nowPublished, title))
    },
  }
}

export type Text = ReturnType<typeof useText>
