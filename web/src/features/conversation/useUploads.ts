import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query'
import { uniqueId } from '@/lib/api'
import { type Refused, useFileCheck } from '@/kit/FileDrop'
import type { Attachment, Capabilities } from './types'
import { type Along, type Upload, sendFile } from './upload'

const none: readonly Upload[] = []
const running = new Map<string, AbortController>()

/** The files that were attached to a conversation's reply and are not sent yet; they stay while one looks elsewhere. */
export function useUploads(conversation: string, limits: Pick<Capabilities, 'attachments' | 'attachment_bytes' | 'attachment_types'>) {
  const cache = useQueryClient()
  const key = ['uploads', conversation] as const
  const { data: uploads = none } = useQuery<readonly Upload[]>({ queryKey: key, queryFn: skipToken, staleTime: Infinity, gcTime: Infinity })
  const bounds = { maxFiles: limits.attachments, maxBytes: limits.attachment_bytes }
  const check = useFileCheck(bounds)
  const checkAlong = useFileCheck({ ...bounds, types: limits.attachment_types })
  const change = (next: (now: readonly Upload[]) => readonly Upload[]) => cache.setQueryData<readonly Upload[]>(key, (now) => next(now ?? none))
  const patch = (which: string, part: Partial<Upload>) => change((now) => now.map((u) => (u.key === which ? { ...u, ...part } : u)))

  const start = async (file: Pick<Upload, 'name' | 'size' | 'of'>, store: (onProgress: (progress: number) => void, signal: AbortSignal) => Promise<Attachment>) => {
    const which = uniqueId()
    const stop = new AbortController()
    running.set(which, stop)
    change((now) => [...now, { key: which, name: file.name, size: file.size, progress: 0, of: file.of }])
    try {
      const stored = await store((progress) => patch(which, { progress }), stop.signal)
      patch(which, { stored, progress: 1 })
    } catch (error) {
      patch(which, { error })
    } finally {
      running.delete(which)
    }
  }
  return {
    uploads,
    busy: uploads.some((u) => !u.stored && u.error === undefined),
    stored: uploads.flatMap((u): Attachment[] => (u.stored ? [u.stored] : [])),
    /** Takes what is within the limits; answers what is not, with the reasons. */
    add: (files: readonly File[]): Refused[] => {
      const { taken, refused } = check(files, uploads.length)
      for (const file of taken) void start(file, (onProgress, signal) => sendFile(file, onProgress, signal))
      return refused
    },
    /** Has copies made of files that go along, but of those that are here already; answers what the channel does not carry, with the reasons. */
    bring: (files: readonly Along[]): Refused[] => {
      const { taken, refused } = checkAlong(files.filter((f) => uploads.every((u) => u.of !== f.id)), uploads.length)
      for (const file of taken) void start({ name: file.name, size: file.size, of: file.id }, (_, signal) => file.copy(signal))
      return refused
    },
    remove: (which: string) => {
      running.get(which)?.abort()
      change((now) => now.filter((u) => u.key !== which))
    },
    /** Takes back files that the server has: they belong to a message that was not sent. */
    put: (files: readonly Attachment[]) => change((now) => [...files.filter((f) => now.every((u) => u.stored?.id !== f.id)).map((stored): Upload => ({ key: uniqueId(), name: stored.name, size: stored.size, progress: 1, stored })), ...now]),
    clear: () => change(() => none),
  }
}
