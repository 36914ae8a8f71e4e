import { h } from 'preact'
import * as icons from './icons'
import type { Screen } from '../screen'
import { Icon } from './parts'
import { moment } from './time'

const names: Record<string, string> = { en: 'English', pl: 'Polski', hu: 'Magyar' }

export function Home({ screen }: { screen: Screen }) {
  const { t, config, talk, later } = screen
  const { hours, texts } = config
  const { language } = config
  return (
    <div class="body home">
      <div class="intro">
        <p>
          {hours.open ? texts.intro || t('intro') : t('closedNow')}
          {!hours.open && hours.next ? ` ${t('opensAt', { when: moment(language, hours.next) })}` : null}
        </p>
      </div>
      <button type="button" class="card" data-focus onClick={() => screen.with((here) => here.write())}>
        <span class="tile"><Icon path={icons.chat} /></span>
        <span>
          <b>{talk?.busy() ? t('continue') : t('writeToUs')}</b>
          <small>{invitation(screen)}</small>
        </span>
      </button>
      {later && talk && <later.History talk={talk} />}
      {config.languages.length > 1 && (
        <label class="language">
          <span>{t('language')}</span>
          <select value={language} onChange={(e) => screen.setLanguage(e.currentTarget.value)}>
            {config.languages.map((l) => (
              <option key={l} value={l} lang={l}>
                {names[l] ?? l}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  )
}

function invitation({ t, config }: Screen): string {
  if (!config.hours.open) return t('writeLater')
  return config.wait ? t('writeWait', { count: Math.ceil(config.wait / 60) }) : t('writeNow')
}
