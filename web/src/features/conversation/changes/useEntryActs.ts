import { useQueryClient } from '@tanstack/react-query'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useToasts } from '@/kit/toast'
import { keys } from '../caches'
import { useDesk } from '../desk'
import type { Shown } from '../entries'
import type { Detail, Entry } from '../types'

const path = '/api/v1/conversations/{id}/entries/{entry}'

/** Changes of a message for the customer. What comes of one is an entry, which the timeline folds in. */
export function useEntryActs(detail: Detail, entry: Shown) {
  const t = useT()
  const client = useQueryClient()
  const { cache, held } = useDesk()
  const toasts = useToasts()
  const params = { path: { id: detail.id, entry: entry.id } }
  const take = (made: Entry) => cache.entry(detail.id, made)
  const say = (error: unknown) => {
    toasts.show({ kind: 'error', text: problemText(t, error), error })
    // Somebody was quicker: how it stands is for the server to say.
    void client.invalidateQueries({ queryKey: keys.entries(detail.id) })
  }
  const tell = async (ask: () => Promise<Entry>) => {
    try {
      take(await ask())
      return true
    } catch (error) {
      say(error)
      return false
    }
  }
  const hide = (off: boolean) => tell(() => ok(api.POST(`${path}/hide`, { params, body: { off } })))
  const block = (off: boolean) => tell(() => ok(api.POST(`${path}/block`, { params, body: { off } })))
  return {
    /** Throws what the server refuses, for the form to show. */
    edit: async (text: string) => take(await ok(api.POST(`${path}/edit`, { params, body: { text } }))),
    react: (reaction: string, off: boolean) => tell(() => ok(api.POST(`${path}/reaction`, { params, body: { reaction, off } }))),
    like: (off: boolean) => tell(() => ok(api.POST(`${path}/like`, { params, body: { off } }))),
    hide: async (off: boolean) => {
      if (await hide(off)) toasts.show({ kind: 'done', text: off ? t('desk.social.shownDone') : (t.maybe(`desk.social.hiddenDone.${detail.channel}`) ?? t('desk.social.hiddenDone')), undo: () => void hide(!off) })
    },
    block: async (off: boolean) => {
      if (await block(off)) toasts.show({ kind: 'done', text: t(off ? 'desk.social.unblockedDone' : 'desk.social.blockedDone'), undo: () => void block(!off) })
    },
    /** Everybody sees it until it can no longer be called off; here it is kept. */
    removeTheirs: () => tell(() => ok(api.POST(`${path}/remove`, { params }))),
    /** It is shown as gone at once, and the customer has it until it can no longer be taken back. */
    remove: () => {
      const takeAway = toasts.show({ kind: 'done', text: t('desk.entry.deletedDone'), undo: () => void held.cancel(entry.id) })
      held.hold(entry.id, {
        expected: {},
        commit: (leaving) => tell(() => ok(api.POST(`${path}/delete`, { params, keepalive: leaving }))),
        settled: takeAway,
      })
    },
    /** Settles a change that has failed, waits, or of which nobody knows. */
    decide: (change: Entry, decision: 'again' | 'arrived') =>
      tell(() => ok(api.POST(`${path}/decide`, { params: { path: { id: detail.id, entry: change.id } }, body: { decision } }))),
    cancel: (change: Entry) => tell(() => ok(api.POST(`${path}/cancel`, { params: { path: { id: detail.id, entry: change.id } } }))),
  }
}
