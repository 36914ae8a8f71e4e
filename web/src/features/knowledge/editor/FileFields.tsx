import { Checkbox } from '@mantine/core'
import type { ReactNode } from 'react'
import { useT } from '@/lib/i18n'
import { useFileSize } from '../../conversation/Attachments'
import { FileIcon } from '../FileBlock'
import type { EditBlock } from './blocks'
import classes from './Editor.module.css'

interface Props {
  block: EditBlock
  error: string | undefined
  /** Where one says what the file is. */
  field: ReactNode
  onChange: (block: EditBlock) => void
}

/** A file of an article while it is written: which it is, what it is, and whether customers get it. */
export function FileFields({ block, error, field, onChange }: Props) {
  const t = useT()
  const sizeOf = useFileSize()
  const { known, along = false } = block
  return (
    <div className={classes.pair}>
      {known && (
        <p className={classes.file}>
          <FileIcon type={known.type} size={18} /> <span>{known.name}</span> <span className={classes.hint}>{sizeOf(known.size)}</span>
        </p>
      )}
      {error && <p className={classes.wrong}>{error}</p>}
      {field}
      <Checkbox size="sm" label={t('knowledge.file.along')} description={t('knowledge.file.alongHelp')} checked={along} onChange={(e) => onChange({ ...block, along: e.currentTarget.checked })} />
    </div>
  )
}
