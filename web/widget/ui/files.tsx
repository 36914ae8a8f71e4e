import { h } from 'preact'
import * as icons from './icons'
import * as late from './icons-more'
import type { Talk } from '../talk'
import type { Upload } from '../uploads'
import { Icon, IconButton } from './parts'
import { size } from './phrases'

/** The files of the next message, above the composer. */
export function Files({ talk }: { talk: Talk }) {
  const list = talk.writing.uploads.list
  if (!list?.length) return null
  return (
    <ul class="uploads">
      {list.map((u) => (
        <Row key={u.file} talk={talk} u={u} />
      ))}
    </ul>
  )
}

function Row({ talk, u }: { talk: Talk; u: Upload }) {
  const { t } = talk
  const uploads = talk.writing.uploads
  const { name } = u.file
  return (
    <li class={u.fault ? 'bad' : ''}>
      <Icon path={late.file} />
      <span>
        <b>{name}</b>
        {u.fault ? <small role="alert">{u.fault}</small> : <small>{size(u.file.size)}</small>}
        {!u.fault && !u.done && <progress value={u.part} aria-label={t('uploading', { name })} />}
      </span>
      {u.fault && (
        <button type="button" class="link" onClick={() => uploads.retry(u, t)}>
          {t('retry')}
        </button>
      )}
      <IconButton icon={icons.close} label={t('remove', { name })} onClick={() => uploads.remove(u)} />
    </li>
  )
}
