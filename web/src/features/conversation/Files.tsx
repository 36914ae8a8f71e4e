import { ActionIcon, Progress } from '@mantine/core'
import { FileText, X } from 'lucide-react'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import type { Refused } from '@/kit/FileDrop'
import { useFileSize } from './Attachments'
import type { Upload } from './upload'
import classes from './Composer.module.css'

interface Props {
  files: { uploads: readonly Upload[]; remove: (key: string) => void }
  /** Files that were not taken. */
  refused: readonly Refused[]
  onForget: () => void
}

/** The files that will go with the reply, how far they are, and those that were not taken. */
export function Files({ files, refused, onForget }: Props) {
  const t = useT()
  if (files.uploads.length === 0 && refused.length === 0) return null
  return (
    <div className={classes.files}>
      {files.uploads.map((upload) => (
        <File key={upload.key} upload={upload} onRemove={() => files.remove(upload.key)} />
      ))}
      {refused.length > 0 && (
        <div className={classes.refused} role="alert">
          <ul>
            {refused.map((r) => (
              <li key={r.name}>
                <strong>{r.name}</strong>: {r.reason}
              </li>
            ))}
          </ul>
          <ActionIcon size="sm" onClick={onForget} aria-label={t('act.close')}>
            <X size={14} />
          </ActionIcon>
        </div>
      )}
    </div>
  )
}

function File({ upload, onRemove }: { upload: Upload; onRemove: () => void }) {
  const t = useT()
  const sizeOf = useFileSize()
  const failed = upload.error !== undefined
  return (
    <div className={classes.file} data-failed={failed || undefined}>
      <FileText size={16} aria-hidden />
      <span className={classes.fileName}>{upload.name}</span>
      <span className={classes.fileSize}>{failed ? problemText(t, upload.error) : sizeOf(upload.size)}</span>
      <ActionIcon size="sm" onClick={onRemove} aria-label={t('desk.file.remove', { name: upload.name })}>
        <X size={14} />
      </ActionIcon>
      {!upload.stored && !failed && <Progress value={upload.progress * 100} size={3} className={classes.progress} aria-label={t('desk.file.uploading', { name: upload.name })} />}
    </div>
  )
}
