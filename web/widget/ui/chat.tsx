import { h } from 'preact'
import { goesOn } from '../model'
import type { Talk } from '../talk'
import { Composer } from './composer'
import { Log } from './log'
import { Notice } from './notice'

export function Chat({ talk }: { talk: Talk }) {
  const { t, session, writing, config } = talk
  const { later } = talk.screen
  const { past, shown } = session
  const { state } = shown
  const over = !!past || (!!state && !goesOn(state))
  const drag = (on: boolean) => (e: DragEvent) => {
    if (!config.attachments.enabled || !e.dataTransfer?.types.includes('Files')) return
    e.preventDefault()
    talk.dragging = on && e.type !== 'drop'
    if (e.type === 'drop') writing.attach(e.dataTransfer.files)
    talk.changed()
  }
  return (
    <div class={talk.dragging ? 'chat over' : 'chat'} data-drop={t('dropHere')} onDragOver={drag(true)} onDragLeave={drag(false)} onDrop={drag(true)}>
      <div role="status">{talk.offline && <p class="notice warn">{t('connecting')}</p>}</div>
      <Log talk={talk} focus={over} />
      {talk.confirming && later && <later.EndAsk talk={talk} />}
      {talk.screen.notice && <Notice alert>{talk.screen.notice}</Notice>}
      {state && !past && later && <later.GoOn talk={talk} />}
      {state?.phase === 'wrap_up' && state.survey && later && (
        <div class="over-box">
          <later.Survey talk={talk} />
        </div>
      )}
      {over ? later && <later.Over talk={talk} /> : <Composer talk={talk} />}
    </div>
  )
}
