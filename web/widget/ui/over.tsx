import { Fragment, h } from 'preact'
import * as late from './icons-more'
import { commentMax } from '../protocol'
import type { Talk } from '../talk'
import { Icon } from './parts'

/** Asks before ending: it cannot be undone. */
export function EndAsk({ talk }: { talk: Talk }) {
  const { t } = talk
  return (
    <div class="ask" role="alertdialog" aria-labelledby="ask" aria-describedby="ask-why">
      <b id="ask">{t('endAsk')}</b>
      <p id="ask-why">{t('endKeep')}</p>
      <div class="row">
        <button type="button" class="quiet" onClick={() => talk.answerEnd(false)}>
          {t('endNo')}
        </button>
        <button type="button" class="main" onClick={() => talk.answerEnd(true)}>
          {t('endYes')}
        </button>
      </div>
    </div>
  )
}

/** What is below a conversation that has ended. */
export function Over({ talk }: { talk: Talk }) {
  const { t, session } = talk
  const survey = session.shown.state?.survey
  const again = () => {
    session.leave()
    talk.write()
  }
  return (
    <div class="over-box">
      {survey ? <Survey talk={talk} /> : <p>{t('isOver')}</p>}
      <button type="button" class={survey === 'asked' ? 'quiet' : 'main'} onClick={again}>
        {t('startNew')}
      </button>
    </div>
  )
}

/** Stars and a word. Nothing is sent before the button: a slip of the finger is no opinion. */
export function Survey({ talk }: { talk: Talk }) {
  const { t, session, stars } = talk
  const sent = session.shown.state!.survey === 'done' || session.pending().some((p) => p.type === 'survey')
  if (sent) return <p role="status">{t('surveyThanks')}</p>
  const send = (e: Event) => {
    e.preventDefault()
    const comment = new FormData(e.currentTarget as HTMLFormElement).get('comment')
    session.rate(stars, String(comment).trim())
    talk.stars = 0
    talk.screen.focus('[data-focus]')
  }
  const choose = (n: number) => {
    talk.stars = n
    talk.changed()
  }
  return (
    <form class="survey" onSubmit={send}>
      <fieldset>
        <legend>{t('surveyAsk')}</legend>
        {[1, 2, 3, 4, 5].map((n) => (
          <label key={n} class={n <= stars ? 'on' : ''} title={t('surveyStars', { count: n })}>
            <input type="radio" name="stars" value={n} checked={n === stars} aria-label={t('surveyStars', { count: n })} onChange={() => choose(n)} />
            <Icon path={late.star} />
          </label>
        ))}
      </fieldset>
      {stars > 0 && (
        <Fragment>
          <textarea rows={2} name="comment" aria-label={t('surveyWord')} placeholder={t('surveyWord')} maxLength={commentMax} />
          <button class="main">{t('send')}</button>
        </Fragment>
      )}
    </form>
  )
}
