import { Download, ExternalLink, File, FileArchive, FileHeadphone, FileImage, FilePlay, FileSpreadsheet, FileText } from 'lucide-react'
import { useFileSize } from '../conversation/Attachments'
import { fileAddress } from './pictures'
import type { ArticleFile } from './types'
import classes from './Blocks.module.css'

/** A file of an article: what it is, how large, and a player where it can be seen or heard. It is never opened within the page. */
export function FileBlock({ text, file }: { text: string; file: ArticleFile }) {
  const sizeOf = useFileSize()
  const address = fileAddress(file.id)
  const apart = file.type === 'application/pdf'
  return (
    <figure className={classes.file}>
      <Player file={file} name={text || file.name} />
      <a className={classes.fileLink} href={address} {...(apart ? { target: '_blank', rel: 'noopener noreferrer' } : { download: file.name })}>
        <span className={classes.fileIcon}>
          <FileIcon type={file.type} size={20} />
        </span>
        <span className={classes.fileWords}>
          <strong>{text || file.name}</strong>
          <span className={classes.fileNote}>{`${file.name} · ${sizeOf(file.size)}`}</span>
        </span>
        {apart ? <ExternalLink size={16} aria-hidden /> : <Download size={16} aria-hidden />}
      </a>
    </figure>
  )
}

/** Plays nothing by itself, and loads nothing of a recording before somebody asks for it. */
function Player({ file, name }: { file: ArticleFile; name: string }) {
  const src = fileAddress(file.id)
  // What was recorded elsewhere comes without captions; the words beside it say what it is.
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  if (file.type.startsWith('video/')) return <video className={classes.film} src={src} controls preload="metadata" aria-label={name} />
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  if (file.type.startsWith('audio/')) return <audio className={classes.sound} src={src} controls preload="none" aria-label={name} />
  return null
}

const icons = { film: FilePlay, sound: FileHeadphone, picture: FileImage, sheet: FileSpreadsheet, archive: FileArchive, text: FileText, other: File }

/** What stands for a sort of files, by its media type. */
export function FileIcon({ type, size }: { type: string; size: number }) {
  const Icon = icons[sortOf(type)]
  return <Icon size={size} aria-hidden />
}

function sortOf(type: string): keyof typeof icons {
  if (type.startsWith('video/')) return 'film'
  if (type.startsWith('audio/')) return 'sound'
  if (type.startsWith('image/')) return 'picture'
  if (/spreadsheet|excel|csv/.test(type)) return 'sheet'
  if (/zip|7z/.test(type)) return 'archive'
  return /pdf|word|text|rtf|rfc822/.test(type) ? 'text' : 'other'
}
