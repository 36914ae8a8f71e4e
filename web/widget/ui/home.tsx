import { h } from 'preact'
import * as icons from './icons'
import type { Screen } from '../screen'
import { Avatar, Icon } from './parts'
import { moment } from './time'

const names: Record<string, string> = { en: 'English', pl: 'Polski', hu: 'Magyar' }

export function Home({ screen }: { screen: Screen }) {
  const { t, config, session, more } = screen
  const { hours, team, texts } = config
  const language = session.person.language
  return (
    <div class="body home">
      <div class="intro">
        {team?.length ? <span class="team">{team.slice(0, 3).map((a) => <Avatar key={a.name} {...a} />)}</span> : null}
        <p>
          {hours.open ? texts.intro || t('intro') : t('closedNow')}
          {!hours.open && hours.next ? ` ${t('opensAt', { when: moment(language, hours.next) })}` : null}
        </p>
      </div>
      <button type="button" class="card" data-focus onClick={() => screen.write()}>
        <span class="tile"><Icon path={icons.chat} /></span>
        <span>
          <b>{screen.busy() ? t('continue') : t('writeToUs')}</b>
          <small>{invitation(screen)}</small>
        </span>
      </button>
      {more && <more.History screen={screen} />}
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
