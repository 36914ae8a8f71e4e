import { h } from 'preact'
import * as late from './icons-more'
import type { Screen } from '../screen'
import { Emoji } from './emoji'
import { Files } from './files'
import { Icon, IconButton } from './parts'

export function Composer({ screen }: { screen: Screen }) {
  const { t, config } = screen
  const writing = screen.writing!
  const { attachments, texts } = config
  const send = (e: Event) => {
    e.preventDefault()
    writing.say(screen.draft)
    screen.focus('.box textarea')
  }
  return (
    <form class="composer" onSubmit={send}>
      {screen.emoji && <Emoji screen={screen} />}
      <Files screen={screen} />
      <div class="box">
        {attachments.enabled && (
          <label class="icon" title={t('attach')}>
            <Icon path={late.clip} />
            <input
              type="file"
              multiple
              class="sr"
              aria-label={t('attach')}
              accept={attachments.types?.join()}
              onChange={(e) => {
                writing.attach(e.currentTarget.files)
                e.currentTarget.value = ''
                screen.focus('.box textarea')
              }}
            />
          </label>
        )}
        <textarea
          rows={1}
          data-focus
          aria-label={t('placeholder')}
          placeholder={texts.placeholder || t('placeholder')}
          value={screen.draft}
          onInput={(e) => {
            screen.draft = e.currentTarget.value
            writing.typed()
            screen.changed()
          }}
          onKeyDown={(e) => e.key === 'Enter' && !e.shiftKey && !e.isComposing && send(e)}
          onPaste={(e) => {
            const files = e.clipboardData?.files
            if (!attachments.enabled || !files?.length) return
            e.preventDefault()
            writing.attach(files)
          }}
        />
        <IconButton
          icon={late.smile}
          label={t('emoji')}
          aria-expanded={screen.emoji}
          onClick={() => {
            screen.emoji = !screen.emoji
            screen.focus(screen.emoji ? '.emoji button' : '.box textarea')
          }}
        />
        <button class="send" aria-label={t('send')} title={t('send')} disabled={!writing.ready(screen.draft)}>
          <Icon path={late.send} />
        </button>
      </div>
      {texts.footnote && <small class="footnote">{texts.footnote}</small>}
    </form>
  )
}
