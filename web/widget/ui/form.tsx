import type { JSX } from 'preact'
import { h } from 'preact'
import type { Translate } from '../i18n'
import type { FormField } from '../protocol'
import { fieldMax, textMax } from '../protocol'
import type { Talk } from '../talk'
import { Notice } from './notice'

type Values = Record<string, string>

/** What is asked before the first message. */
export function Prechat({ talk }: { talk: Talk }) {
  const { t } = talk
  const { fields = [] } = talk.toAsk()
  const send = (values: Values) => {
    talk.answers = values
    talk.formSent = true
    talk.screen.go('chat')
    talk.writing.say(values.text!)
  }
  return (
    <Form talk={talk} fields={fields} given={talk.answers} button={t('start')} onSend={send}>
      <h3>{t('formTitle')}</h3>
    </Form>
  )
}

/** A message for when somebody is back. */
export function Offline({ talk }: { talk: Talk }) {
  const { t, config, session, answers } = talk
  const all: FormField[] = [
    { name: 'name', label: t('name'), kind: 'text', required: true },
    { name: 'email', label: t('email'), kind: 'email', required: true },
  ]
  const fields = all.filter((f) => !session.person.who?.signed?.includes(f.name))
  return (
    <Form talk={talk} fields={fields} given={{ name: session.person.who?.name ?? '', ...answers }} button={t('send')} onSend={(v) => leaveMessage(talk, v)}>
      <p>{config.texts.offline || t('offlineIntro')}</p>
    </Form>
  )
}

export function Sent({ talk }: { talk: Talk }) {
  const { t, session } = talk
  const waits = session.pending().some((p) => p.type === 'offline')
  return (
    <div class="body sent">
      <p role="status" tabIndex={-1} data-focus>
        {t(waits ? 'offlineWaiting' : 'offlineSent')} {talk.config.mail && t('mailToo')}
      </p>
      {!waits && talk.busy() && (
        <button type="button" class="main" onClick={() => talk.screen.go('chat')}>
          {t('continue')}
        </button>
      )}
      <button type="button" class="quiet" onClick={() => talk.screen.close()}>
        {t('close')}
      </button>
    </div>
  )
}

/** Leaves the message; it goes out by itself, once, as soon as there is a network. */
function leaveMessage(talk: Talk, { name = '', email = '', text = '' }: Values) {
  const { consent } = talk.config.prechat
  if (!talk.session.leaveWord({ name, email, text, consent: !!consent, consent_version: consent?.version })) {
    talk.screen.notice = talk.t('outboxFull')
    return talk.changed()
  }
  talk.draft = ''
  talk.screen.go('sent')
}

interface FormProps {
  talk: Talk
  fields: FormField[]
  given: Values
  button: string
  onSend: (values: Values) => void
  children: JSX.Element
}

function Form({ talk, fields, given, button, onSend, children }: FormProps) {
  const { t, wrong } = talk
  const { consent } = talk.toAsk()
  const submit = (e: Event) => {
    e.preventDefault()
    const values = Object.fromEntries([...new FormData(e.currentTarget as HTMLFormElement)].map(([k, v]) => [k, String(v).trim()]))
    talk.wrong = check(t, [...fields, { name: 'text', label: '', kind: 'text', required: true }], values)
    if (consent && !values.consent) talk.wrong.consent = t('consentNeeded')
    const first = Object.keys(talk.wrong)[0]
    if (first) talk.screen.focus(`[name="${CSS.escape(first)}"]`)
    else onSend(values)
  }
  // What is typed outlives every redrawing, and a change of view.
  const keep = ({ target }: Event) => {
    const { name, value } = target as HTMLInputElement
    if (name === 'text') talk.draft = value
    else if (name !== 'consent') talk.answers[name] = value
    if (!talk.wrong[name]) return
    delete talk.wrong[name]
    talk.changed()
  }
  return (
    <form class="body form" noValidate onSubmit={submit} onInput={keep}>
      {children}
      {talk.screen.notice && <Notice alert>{talk.screen.notice}</Notice>}
      {fields.map((f, i) => (
        <Field key={f.name} t={t} field={f} value={given[f.name]} fault={wrong[f.name]} first={!i} hint={f.kind === 'email' && talk.config.mail ? t('mailToo') : ''} />
      ))}
      <Labelled id="text" label={t('message')} fault={wrong.text}>
        <textarea
          id="text"
          name="text"
          rows={3}
          dir="auto"
          required
          {...described('text', wrong.text)}
          placeholder={t('messageHint')}
          data-focus={!fields.length || undefined}
          value={talk.draft}
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
      <button class="main">{button}</button>
    </form>
  )
}

const kinds = { text: 'text', email: 'email', phone: 'tel', choice: undefined }
const fills: Values = { email: 'email', phone: 'tel', name: 'name' }

function Field({ t, field, value, fault, first, hint }: { t: Translate; field: FormField; value?: string; fault?: string; first: boolean; hint: string }) {
  const { name, kind, required } = field
  const id = `f-${name}`
  const common = { id, name, required, 'data-focus': first || undefined, ...(hint && { 'aria-describedby': `${id}-hint` }), ...described(id, fault) }
  const input = { type: kinds[kind], value, maxLength: fieldMax, autocomplete: fills[kind] ?? fills[name] } as JSX.IntrinsicElements['input']
  return (
    <Labelled id={id} label={field.label} optional={required ? '' : t('optional')} fault={fault} hint={hint}>
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

function Labelled({ id, label, optional, fault, hint, children }: { id: string; label: string; optional?: string; fault?: string; hint?: string; children: JSX.Element }) {
  return (
    <div class="field">
      <label for={id}>
        {label} {optional && <small>({optional})</small>}
      </label>
      {children}
      {hint && <small id={`${id}-hint`}>{hint}</small>}
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
