import { Download, FileText } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { formatNumber } from '@/lib/time'
import type { Attachment } from './types'
import classes from './Timeline.module.css'

const kibi = 1024

/** A file's size as people say it. */
export function useFileSize(): (bytes: number) => string {
  const { language } = useT()
  return (bytes) => {
    if (bytes < kibi * kibi) return `${formatNumber(Math.max(1, Math.round(bytes / kibi)), language)} kB`
    return `${formatNumber(bytes / kibi / kibi, language, { maximumFractionDigits: 1 })} MB`
  }
}

/** Files of an entry: pictures small, the others by name. */
export function Attachments({ items }: { items: readonly Attachment[] }) {
  const t = useT()
  const sizeOf = useFileSize()
  if (items.length === 0) return null
  return (
    <ul className={classes.files}>
      {items.map((file) => (
        <li key={file.id}>
          {file.preview_url ? (
            <a className={classes.picture} href={file.url ?? `/api/v1/attachments/${file.id}`} target="_blank" rel="noopener noreferrer" title={`${file.name} · ${sizeOf(file.size)}`}>
              <img src={file.preview_url} alt={file.name} loading="lazy" decoding="async" width={200} height={140} />
            </a>
          ) : (
            <a className={classes.file} href={file.url ?? `/api/v1/attachments/${file.id}`} download={file.name}>
              <FileText size={18} aria-hidden />
              <span className={classes.fileName}>{file.name}</span>
              <span className={classes.fileSize}>{sizeOf(file.size)}</span>
              <Download size={14} aria-label={t('desk.file.download')} />
            </a>
          )}
        </li>
      ))}
    </ul>
  )
}
