import { h } from 'preact'
import type { Talk } from '../talk'
import { Avatar } from './parts'
import { clock, day, sameDay } from './dates'

const shown = 5

/** Earlier conversations of a visitor who was here before. */
export function History({ talk }: { talk: Talk }) {
  const { t, config } = talk
  const { language, history } = talk.session.person
  const past = history.filter((c) => c.phase === 'closed').slice(0, shown)
  if (!past.length) return null
  return (
    <section aria-label={t('history')}>
      <h3>{t('history')}</h3>
      {past.map(({ id, at, text, agent, unread }) => (
        <button type="button" class="card past" key={id} onClick={() => talk.showPast(id)}>
          <Avatar name={agent?.name ?? config.brand.name} initials={agent?.initials} />
          <span>
            <b>{agent?.name ?? config.brand.name}</b>
            <small>{text}</small>
          </span>
          {unread ? <b class="count" aria-label={t('newMessages', { count: unread })}>{unread}</b> : null}
          <time dateTime={at}>{sameDay(at, Date.now()) ? clock(language, at) : day(language, at)}</time>
        </button>
      ))}
    </section>
  )
}
