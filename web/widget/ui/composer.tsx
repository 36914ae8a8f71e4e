import { h } from 'preact'
import * as late from './icons-more'
import type { Talk } from '../talk'
import { Icon, IconButton } from './parts'

export function Composer({ talk }: { talk: Talk }) {
  const { t, config } = talk
  const { writing } = talk
  const { later } = talk.screen
  const { attachments, texts } = config
  const send = (e: Event) => {
    e.preventDefault()
    writing.say(talk.draft)
    talk.screen.focus('.box textarea')
  }
  return (
    <form class="composer" onSubmit={send}>
      {talk.emoji && later && <later.Emoji talk={talk} />}
      {later && <later.Files talk={talk} />}
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
                talk.screen.focus('.box textarea')
              }}
            />
          </label>
        )}
        <textarea
          rows={1}
          data-focus
          dir="auto"
          aria-label={t('placeholder')}
          placeholder={texts.placeholder || t('placeholder')}
          value={talk.draft}
          onInput={(e) => {
            talk.draft = e.currentTarget.value
            writing.typed()
            talk.changed()
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
          aria-expanded={talk.emoji}
          onClick={() => {
            talk.emoji = !talk.emoji
            talk.screen.bringLater(true)
            talk.screen.focus(talk.emoji ? '.emoji button' : '.box textarea')
          }}
        />
        <button class="send" aria-label={t('send')} title={t('send')} disabled={!writing.ready(talk.draft)}>
          <Icon path={late.send} />
        </button>
      </div>
      {texts.footnote && <small class="footnote">{texts.footnote}</small>}
    </form>
  )
}
