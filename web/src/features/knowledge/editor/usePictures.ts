import { useEffect, useRef, useState } from 'react'
import { problemText, uniqueId } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { type Refused, useFileCheck } from '@/kit/FileDrop'
import { useToasts } from '@/kit/toast'
import { sendFile } from '../../conversation/upload'

/** What the server takes of pictures. */
export const pictureLimits = { maxFiles: 20, maxBytes: 5 * 1024 * 1024 } as const
export const pictureTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const

/** A picture on its way to the server. */
export interface Sending {
  key: string
  name: string
  /** From 0 to 1. */
  progress: number
}

const isPicture = (file: File) => pictureTypes.some((type) => type === file.type)

/** Uploads pictures of an article; each is given to `onStored` when the server has it. */
export function usePictures(onStored: (picture: string, name: string) => void) {
  const t = useT()
  const toasts = useToasts()
  const check = useFileCheck(pictureLimits)
  const [sending, setSending] = useState<readonly Sending[]>([])
  const under = useRef(new Map<string, AbortController>())
  useEffect(() => {
    const all = under.current
    return () => all.forEach((one) => one.abort())
  }, [])

  const send = async (file: File) => {
    const key = uniqueId()
    const stop = new AbortController()
    under.current.set(key, stop)
    setSending((now) => [...now, { key, name: file.name, progress: 0 }])
    try {
      const stored = await sendFile<{ id: string }>(file, (progress) => setSending((now) => now.map((s) => (s.key === key ? { ...s, progress } : s))), stop.signal, '/api/v1/article-pictures')
      onStored(stored.id, file.name)
    } catch (error) {
      toasts.show({ kind: 'error', text: `${file.name}: ${problemText(t, error)}`, error })
    }
    under.current.delete(key)
    setSending((now) => now.filter((s) => s.key !== key))
  }
  return {
    sending,
    /** Takes what is a picture within the limits; tells of what is not, and why. */
    add: (files: readonly File[]) => {
      const { taken, refused } = check(files, sending.length)
      const others: Refused[] = taken.filter((f) => !isPicture(f)).map((f) => ({ name: f.name, reason: t('knowledge.picture.types') }))
      for (const { name, reason } of [...refused, ...others]) toasts.show({ kind: 'error', text: `${name}: ${reason}` })
      for (const file of taken.filter(isPicture)) void send(file)
    },
    stop: (key: string) => {
      under.current.get(key)?.abort()
      under.current.delete(key)
      setSending((now) => now.filter((s) => s.key !== key))
    },
  }
}
