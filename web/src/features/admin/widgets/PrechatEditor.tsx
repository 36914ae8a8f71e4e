import { Button, Switch, TextInput } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { Words } from '../parts/Words'
import { QuestionCard } from './QuestionCard'
import { type Consent, type PrechatField, type Settings, freeName, moved } from './settings'
import parts from '../parts/parts.module.css'

type Prechat = NonNullable<Settings['prechat']>

interface Props {
  prechat: Prechat
  disabled: boolean
  errorOf: (path: string) => string | undefined
  onChange: (prechat: Prechat) => void
}

const usual: readonly { name: string; kind: PrechatField['kind'] }[] = [
  { name: 'name', kind: 'text' },
  { name: 'email', kind: 'email' },
  { name: 'phone', kind: 'phone' },
]
const mostFields = 20

/** What is asked before the first message, in its order, and what a visitor must agree to. */
export function PrechatEditor({ prechat, disabled, errorOf, onChange }: Props) {
  const t = useT()
  const fields = prechat.fields ?? []
  const setFields = (next: PrechatField[]) => onChange({ ...prechat, fields: next })
  const add = (name: string, kind: PrechatField['kind'], label: PrechatField['label']) => setFields([...fields, { name, kind, label }])
  const offered = usual.filter((u) => !fields.some((f) => f.name === u.name))
  return (
    <div className={parts.stack}>
      <p className={parts.hint}>{t('admin.widgets.prechatHelp')}</p>
      {fields.map((field, i) => (
        <QuestionCard
          key={i}
          field={field}
          path={`config.prechat.fields[${i}]`}
          disabled={disabled}
          errorOf={errorOf}
          onChange={(next) => setFields(fields.map((f, n) => (n === i ? next : f)))}
          onUp={i > 0 ? () => setFields(moved(fields, i, -1)) : undefined}
          onDown={i < fields.length - 1 ? () => setFields(moved(fields, i, 1)) : undefined}
          onRemove={() => setFields(fields.filter((_, n) => n !== i))}
        />
      ))}
      {!disabled && fields.length < mostFields && (
        <div className={parts.actions}>
          {offered.map(({ name, kind }) => (
            <Button key={name} size="sm" variant="default" leftSection={<Plus size={14} />} onClick={() => add(name, kind, { [t.language]: t(`admin.widgets.ask.${name as 'name'}`) })}>
              {t(`admin.widgets.ask.${name as 'name'}`)}
            </Button>
          ))}
          <Button size="sm" variant="default" leftSection={<Plus size={14} />} onClick={() => add(freeName(fields), 'text', {})}>
            {t('admin.widgets.ask.other')}
          </Button>
        </div>
      )}
      <ConsentEditor consent={prechat.consent} disabled={disabled} errorOf={errorOf} onChange={(consent) => onChange({ ...prechat, consent })} />
    </div>
  )
}

const firstVersion = '1'

function ConsentEditor({ consent, disabled, errorOf, onChange }: { consent: Consent | undefined; disabled: boolean; errorOf: Props['errorOf']; onChange: (consent: Consent | undefined) => void }) {
  const t = useT()
  const path = 'config.prechat.consent'
  return (
    <>
      <Switch label={t('admin.widgets.consent')} description={t('admin.widgets.consentHelp')} checked={consent !== undefined} disabled={disabled} onChange={(e) => onChange(e.currentTarget.checked ? { version: firstVersion, text: {} } : undefined)} />
      {consent && (
        <div className={parts.card}>
          <Words label={t('admin.widgets.consentText')} name={`${path}.text`} value={consent.text} long disabled={disabled} errorOf={errorOf} onChange={(text) => onChange({ ...consent, text })} />
          <TextInput name={`${path}.version`} label={t('admin.widgets.consentVersion')} description={t('admin.widgets.consentVersionHelp')} value={consent.version} disabled={disabled} error={errorOf(`${path}.version`)} onChange={(e) => onChange({ ...consent, version: e.currentTarget.value })} />
          <TextInput type="url" name={`${path}.url`} label={t('admin.widgets.consentUrl')} value={consent.url ?? ''} disabled={disabled} error={errorOf(`${path}.url`)} onChange={(e) => onChange({ ...consent, url: e.currentTarget.value || undefined })} />
        </div>
      )}
    </>
  )
}
