import type { JSX } from 'preact'
import { h } from 'preact'
import { Refused, call } from '../api'
import type { Translate } from '../i18n'
import { newCID } from '../outbox'
import { thisPage } from '../page'
import type { FormField } from '../protocol'
import { fieldMax, textMax } from '../protocol'
import type { Screen } from '../screen'
import { Notice } from './notice'

type Values = Record<string, string>

/** What is asked before the first message. */
export function Prechat({ screen }: { screen: Screen }) {
  const { t, config } = screen
  const fields = config.prechat.fields ?? []
  const send = (values: Values) => {
    screen.answers = values
    screen.go('chat')
    screen.writing!.say(values.text!)
  }
  return (
    <Form screen={screen} fields={fields} given={screen.answers} button={t('start')} onSend={send}>
      <h3>{t('formTitle')}</h3>
    </Form>
  )
}

/** A message for when somebody is back. */
export function Offline({ screen }: { screen: Screen }) {
  const { t, config, session, answers } = screen
  const fields: FormField[] = [
    { name: 'name', label: t('name'), kind: 'text', required: true },
    { name: 'email', label: t('email'), kind: 'email', required: true },
  ]
  return (
    <Form screen={screen} fields={fields} given={{ name: session.person.who?.name ?? '', ...answers }} button={t('send')} onSend={(v) => leaveMessage(screen, v)}>
      <p>{config.texts.offline || t('offlineIntro')}</p>
    </Form>
  )
}

export function Sent({ screen }: { screen: Screen }) {
  const { t, answers } = screen
  return (
    <div class="body sent">
      <p role="status" tabIndex={-1} data-focus>
        {t('offlineSent', { email: answers.email ?? '' })}
      </p>
      <button type="button" class="main" onClick={() => screen.close()}>
        {t('close')}
      </button>
    </div>
  )
}

/** Sends the message; after a failure all that was typed is still there. */
async function leaveMessage(screen: Screen, { name, email, text }: Values) {
  const { host, config, session, store } = screen
  screen.notice = ''
  screen.sending = true
  screen.changed()
  // The same words keep their name: sent twice they leave one message.
  const words = JSON.stringify([name, email, text])
  const kept = store.get<{ cid: string; words: string }>('offline')
  const cid = kept?.words === words ? kept.cid : newCID()
  store.set('offline', { cid, words })
  const { consent } = config.prechat
  const body = { name, email, text, cid, key: host.key, token: store.get('token'), consent: !!consent, consent_version: consent?.version, language: session.person.language, page: thisPage() }
  try {
    await call(`${host.base}/w/offline`, { body })
    store.set('offline', undefined)
    screen.draft = ''
    screen.go('sent')
  } catch (e) {
    const fault = e instanceof Refused ? e.fault : undefined
    for (const f of fault?.fields ?? []) screen.wrong[f.path] = f.text
    screen.notice = fault?.text || screen.t('failed')
  }
  screen.sending = false
  screen.changed()
}

interface FormProps {
  screen: Screen
  fields: FormField[]
  given: Values
  button: string
  onSend: (values: Values) => void
  children: JSX.Element
}

function Form({ screen, fields, given, button, onSend, children }: FormProps) {
  const { t, wrong } = screen
  const { consent } = screen.config.prechat
  const submit = (e: Event) => {
    e.preventDefault()
    const values = Object.fromEntries([...new FormData(e.currentTarget as HTMLFormElement)].map(([k, v]) => [k, String(v).trim()]))
    screen.wrong = check(t, [...fields, { name: 'text', label: '', kind: 'text', required: true }], values)
    if (consent && !values.consent) screen.wrong.consent = t('consentNeeded')
    const first = Object.keys(screen.wrong)[0]
    if (first) screen.focus(`[name="${CSS.escape(first)}"]`)
    else onSend(values)
  }
  // What is typed outlives every redrawing, and a change of view.
  const keep = ({ target }: Event) => {
    const { name, value } = target as HTMLInputElement
    if (name === 'text') screen.draft = value
    else if (name !== 'consent') screen.answers[name] = value
    if (!screen.wrong[name]) return
    delete screen.wrong[name]
    screen.changed()
  }
  return (
    <form class="body form" noValidate onSubmit={submit} onInput={keep}>
      {children}
      {screen.notice && <Notice alert>{screen.notice}</Notice>}
      {fields.map((f, i) => (
        <Field key={f.name} t={t} field={f} value={given[f.name]} fault={wrong[f.name]} first={!i} />
      ))}
      <Labelled id="text" label={t('message')} fault={wrong.text}>
        <textarea
          id="text"
          name="text"
          rows={3}
          required
          {...described('text', wrong.text)}
          placeholder={t('messageHint')}
          data-focus={!fields.length || undefined}
          value={screen.draft}
        />
      </Labelled>
      {consent && (
        <div class="consent">
          <input type="checkbox" id="consent" name="consent" {...described('consent', wrong.consent)} />
          <div>
            <label for="consent">{consent.text}</label>{' '}
            {consent.url && (
              <a href={consent.url} target="_blank" rel="noopener">
                {t('privacy')}
              </a>
            )}
            <Fault id="consent" text={wrong.consent} />
          </div>
        </div>
      )}
      <button class="main" disabled={screen.sending}>
        {button}
      </button>
    </form>
  )
}

const kinds = { text: 'text', email: 'email', phone: 'tel', choice: undefined }
const fills: Values = { email: 'email', phone: 'tel', name: 'name' }

function Field({ t, field, value, fault, first }: { t: Translate; field: FormField; value?: string; fault?: string; first: boolean }) {
  const { name, kind, required } = field
  const id = `f-${name}`
  const common = { id, name, required, 'data-focus': first || undefined, ...described(id, fault) }
  const input = { type: kinds[kind], value, maxLength: fieldMax, autocomplete: fills[kind] ?? fills[name] } as JSX.IntrinsicElements['input']
  return (
    <Labelled id={id} label={field.label} optional={required ? '' : t('optional')} fault={fault}>
      {kind === 'choice' ? (
        <select {...common} value={value}>
          <option value="">{t('choose')}</option>
          {field.options?.map((o) => (
            <option key={o.value} value={o.value}>
              {o.label}
            </option>
          ))}
        </select>
      ) : (
        <input {...input} {...common} />
      )}
    </Labelled>
  )
}

function Labelled({ id, label, optional, fault, children }: { id: string; label: string; optional?: string; fault?: string; children: JSX.Element }) {
  return (
    <div class="field">
      <label for={id}>
        {label} {optional && <small>({optional})</small>}
      </label>
      {children}
      <Fault id={id} text={fault} />
    </div>
  )
}

function Fault({ id, text }: { id: string; text?: string }) {
  return text ? (
    <p class="fault" id={`${id}-fault`}>
      {text}
    </p>
  ) : null
}

function described(id: string, fault?: string) {
  return fault ? { 'aria-invalid': true, 'aria-describedby': `${id}-fault` } : {}
}

function check(t: Translate, fields: FormField[], values: Values): Values {
  const found: Values = {}
  for (const { name, kind, required } of fields) {
    const value = values[name] ?? ''
    const max = name === 'text' ? textMax : fieldMax
    const count = [...value].length
    if (required && !value) found[name] = t('required')
    else if (value && kind === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) found[name] = t('badEmail')
    else if (count > max) found[name] = t('tooLong', { max, count })
  }
  return found
}
