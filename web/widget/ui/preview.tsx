import { h } from 'preact'
import * as icons from './icons'
import type { Line } from '../model'
import type { Talk } from '../talk'
import { Avatar, IconButton } from './parts'
import { inShort } from './phrases'

/** A message that came while the panel is closed, beside the launcher. It is said aloud elsewhere and takes no focus. */
export function Preview({ talk, line }: { talk: Talk; line: Line }) {
  const { t, config, screen } = talk
  const name = line.author.name || config.brand.name
  return (
    <div class="ours preview" role="group" aria-label={t('preview')}>
      <button type="button" class="peek" onClick={() => screen.openPanel()}>
        <Avatar name={name} initials={line.author.initials} />
        <span>
          <b>{name}</b>
          <small dir="auto">{inShort(line)}</small>
        </span>
      </button>
      <IconButton icon={icons.close} label={t('previewClose')} onClick={() => talk.hush()} />
    </div>
  )
}
