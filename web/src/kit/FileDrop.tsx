import { Paperclip } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { useT } from '@/lib/i18n'
import { formatNumber } from '@/lib/time'
import classes from './FileDrop.module.css'

export interface FileLimits {
  maxFiles: number
  maxBytes: number
  /** Media types, where they are known for certain; without it all. */
  types?: readonly string[]
}

type Checked = Pick<File, 'name' | 'size' | 'type'>

/** A file that was not taken, with the reason in words. */
export interface Refused {
  name: string
  reason: string
}

const mebibyte = 1024 * 1024

/** Parts files into those within the limits and those refused, each with its reason. */
export function useFileCheck(limits: FileLimits): <F extends Checked>(files: readonly F[], already: number) => { taken: F[]; refused: Refused[] } {
  const t = useT()
  return <F extends Checked>(files: readonly F[], already: number) => {
    const taken: F[] = []
    const refused: Refused[] = []
    for (const file of files) {
      if (limits.maxFiles === 0) refused.push({ name: file.name, reason: t('file.none') })
      else if (limits.types?.length && !limits.types.includes(file.type)) refused.push({ name: file.name, reason: t('file.otherKind') })
      else if (file.size > limits.maxBytes) refused.push({ name: file.name, reason: t('file.tooBig', { limit: formatNumber(limits.maxBytes / mebibyte, t.language, { maximumFractionDigits: 1 }) }) })
      else if (file.size === 0) refused.push({ name: file.name, reason: t('file.empty') })
      else if (already + taken.length >= limits.maxFiles) refused.push({ name: file.name, reason: t('file.tooMany', { count: limits.maxFiles }) })
      else taken.push(file)
    }
    return { taken, refused }
  }
}

/** An area on which files may be dropped or pasted; it looks like nothing until then. */
export function FileDrop({ onFiles, children, disabled }: { onFiles: (files: File[]) => void; children: ReactNode; disabled?: boolean }) {
  const t = useT()
  const [over, setOver] = useState(false)
  const depth = useRef(0)
  const enter = (by: 1 | -1) => {
    depth.current = Math.max(0, depth.current + by)
    setOver(depth.current > 0)
  }
  const carriesFiles = (e: React.DragEvent) => !disabled && e.dataTransfer.types.includes('Files')
  return (
    <div
      className={classes.area}
      onDragEnter={(e) => carriesFiles(e) && enter(1)}
      onDragLeave={(e) => carriesFiles(e) && enter(-1)}
      onDragOver={(e) => carriesFiles(e) && e.preventDefault()}
      onDrop={(e) => {
        if (!carriesFiles(e)) return
        e.preventDefault()
        depth.current = 0
        setOver(false)
        onFiles([...e.dataTransfer.files])
      }}
      onPaste={(e) => {
        // What a text editor within has taken is text: some programs put a picture of it beside it.
        if (disabled || e.isDefaultPrevented() || e.clipboardData.files.length === 0) return
        e.preventDefault()
        onFiles([...e.clipboardData.files])
      }}
    >
      {children}
      {over && (
        <div className={classes.over} aria-hidden>
          <Paperclip size={18} /> {t('file.drop')}
        </div>
      )}
    </div>
  )
}
