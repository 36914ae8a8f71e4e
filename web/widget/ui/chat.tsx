import { h } from 'preact'
import { isOpen } from '../model'
import type { Screen } from '../screen'
import { Composer } from './composer'
import { Log } from './log'
import { EndAsk, Over } from './over'
import { Notice } from './notice'

export function Chat({ screen }: { screen: Screen }) {
  const { t, session, writing, config } = screen
  const { state } = session.model
  const drag = (on: boolean) => (e: DragEvent) => {
    if (!writing || !config.attachments.enabled || !e.dataTransfer?.types.includes('Files')) return
    e.preventDefault()
    screen.dragging = on && e.type !== 'drop'
    if (e.type === 'drop') writing.attach(e.dataTransfer.files)
    screen.changed()
  }
  return (
    <div class={screen.dragging ? 'chat over' : 'chat'} data-drop={t('dropHere')} onDragOver={drag(true)} onDragLeave={drag(false)} onDrop={drag(true)}>
      <div role="status">{screen.offline && <p class="notice warn">{t('connecting')}</p>}</div>
      <Log screen={screen} />
      {screen.confirming && <EndAsk screen={screen} />}
      {screen.notice && <Notice alert>{screen.notice}</Notice>}
      {state && !isOpen(state) ? <Over screen={screen} /> : <Composer screen={screen} />}
    </div>
  )
}
