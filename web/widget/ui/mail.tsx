import { h } from 'preact'
import type { Talk } from '../talk'

/** Where nobody is there: that answers also come by e-mail, or the question where to. */
export function GoOn({ talk }: { talk: Talk }) {
  const { t, session, wrong } = talk
  const { mail, phase, gone } = session.shown.state!
  if (!mail || (phase !== 'offline' && !gone)) return null
  if (mail === 'known' || session.pending().some((p) => p.type === 'address')) return <p class="notice">{t('mailToo')}</p>
  const send = (e: Event) => {
    e.preventDefault()
    const { email } = e.currentTarget as HTMLFormElement & { email: HTMLInputElement }
    talk.wrong = email.validity.valid ? {} : { email: t('badEmail') }
    if (email.validity.valid) session.mailTo(email.value.trim())
    else talk.screen.focus('#go-on')
  }
  return (
    <form class="go-on" noValidate onSubmit={send}>
      <label for="go-on">{t('mailAsk')}</label>
      <div class="row">
        <input id="go-on" name="email" type="email" autocomplete="email" required maxLength={254} placeholder={t('email')} aria-invalid={!!wrong.email} aria-describedby="go-on-fault" />
        <button class="quiet">{t('save')}</button>
      </div>
      <p class="fault" id="go-on-fault" role="alert">
        {wrong.email}
      </p>
    </form>
  )
}
