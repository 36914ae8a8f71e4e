import { useEffect, useRef, useState } from 'react'
import { problemText, uniqueId } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useFileCheck } from '@/kit/FileDrop'
import { useToasts } from '@/kit/toast'
import { sendFile } from '../../conversation/upload'
import type { ArticleFile } from '../types'

/** What the server takes of pictures that a page shows, and of other files. */
export const pictureLimits = { maxFiles: 20, maxBytes: 5 * 1024 * 1024 } as const
export const fileLimits = { maxFiles: 20, maxBytes: 10 * 1024 * 1024 } as const
const pictureTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']

/** A file on its way to the server. */
export interface Sending {
  key: string
  name: string
  /** From 0 to 1. */
  progress: number
}

const isPicture = (file: File) => pictureTypes.includes(file.type)

/** Uploads pictures and files of an article; each is given to `onStored` when the server has it. */
export function useFiles(onStored: (stored: ArticleFile, picture: boolean) => void) {
  const t = useT()
  const toasts = useToasts()
  const checkPictures = useFileCheck(pictureLimits)
  const checkFiles = useFileCheck(fileLimits)
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
      const picture = isPicture(file)
      const stored = await sendFile<ArticleFile>(file, (progress) => setSending((now) => now.map((s) => (s.key === key ? { ...s, progress } : s))), stop.signal, picture ? '/api/v1/article-pictures' : '/api/v1/article-files')
      onStored(stored, picture)
    } catch (error) {
      toasts.show({ kind: 'error', text: `${file.name}: ${problemText(t, error)}`, error })
    }
    under.current.delete(key)
    setSending((now) => now.filter((s) => s.key !== key))
  }
  return {
    sending,
    /** Takes what is within the limits; tells of what is not, and why. */
    add: (files: readonly File[]) => {
      const pictures = checkPictures(files.filter(isPicture), sending.length)
      const others = checkFiles(files.filter((f) => !isPicture(f)), sending.length + pictures.taken.length)
      for (const { name, reason } of [...pictures.refused, ...others.refused]) toasts.show({ kind: 'error', text: `${name}: ${reason}` })
      for (const file of [...pictures.taken, ...others.taken]) void send(file)
    },
    stop: (key: string) => {
      under.current.get(key)?.abort()
      under.current.delete(key)
      setSending((now) => now.filter((s) => s.key !== key))
    },
  }
}
