import { ActionIcon, Button, Checkbox, TextInput } from '@mantine/core'
import { ArrowDown, ArrowUp, Plus, Trash2, X } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { ChooseOne } from '@/kit/Choose'
import { Words } from '../parts/Words'
import { type FieldKind, type PrechatField, type PrechatOption, fieldKinds } from './settings'
import parts from '../parts/parts.module.css'
import classes from './Widgets.module.css'

interface Props {
  field: PrechatField
  path: string
  disabled: boolean
  errorOf: (path: string) => string | undefined
  onChange: (field: PrechatField) => void
  /** Absent at the ends of the list. */
  onUp: (() => void) | undefined
  onDown: (() => void) | undefined
  onRemove: () => void
}

/** Names whose answers go to the customer's details; they keep their meaning. */
const details = new Set(['name', 'email', 'phone'])

/** One question before the chat. */
export function QuestionCard({ field, path, disabled, errorOf, onChange, onUp, onDown, onRemove }: Props) {
  const t = useT()
  const title = Object.values(field.label).find(Boolean) ?? field.name
  const setKind = (kind: FieldKind) => onChange({ ...field, kind, options: kind === 'choice' ? (field.options ?? [{ value: '1', label: {} }]) : undefined })
  return (
    <section className={parts.card} aria-label={title}>
      <header className={parts.line}>
        <h4 className={parts.grow}>{title}</h4>
        {!disabled && (
          <>
            <ActionIcon disabled={!onUp} onClick={onUp} aria-label={t('admin.up', { name: title })}>
              <ArrowUp size={16} />
            </ActionIcon>
            <ActionIcon disabled={!onDown} onClick={onDown} aria-label={t('admin.down', { name: title })}>
              <ArrowDown size={16} />
            </ActionIcon>
            <ActionIcon onClick={onRemove} aria-label={t('admin.remove', { name: title })}>
              <Trash2 size={16} />
            </ActionIcon>
          </>
        )}
      </header>
      <Words label={t('admin.widgets.question')} name={`${path}.label`} value={field.label} disabled={disabled} errorOf={errorOf} onChange={(label) => onChange({ ...field, label })} />
      <div className={classes.pair}>
        <ChooseOne name={`${path}.kind`} label={t('admin.widgets.answer')} data={fieldKinds.map((k) => ({ value: k, label: t(`admin.widgets.kind.${k}`) }))} value={field.kind} disabled={disabled} error={errorOf(`${path}.kind`)} onChange={(k) => k && setKind(k as FieldKind)} />
        <TextInput name={`${path}.name`} label={t('admin.widgets.fieldName')} description={details.has(field.name) ? t('admin.widgets.fieldDetails') : undefined} value={field.name} disabled={disabled} error={errorOf(`${path}.name`)} onChange={(e) => onChange({ ...field, name: e.currentTarget.value })} />
      </div>
      {field.kind === 'choice' && <Options options={field.options ?? []} path={`${path}.options`} disabled={disabled} errorOf={errorOf} onChange={(options) => onChange({ ...field, options })} />}
      <Checkbox label={t('admin.widgets.required')} checked={field.required === true} disabled={disabled} onChange={(e) => onChange({ ...field, required: e.currentTarget.checked || undefined })} />
    </section>
  )
}

interface OptionsProps {
  options: readonly PrechatOption[]
  path: string
  disabled: boolean
  errorOf: (path: string) => string | undefined
  onChange: (options: PrechatOption[]) => void
}

function Options({ options, path, disabled, errorOf, onChange }: OptionsProps) {
  const t = useT()
  const change = (at: number, option: PrechatOption) => onChange(options.map((o, i) => (i === at ? option : o)))
  return (
    <fieldset className={classes.options}>
      <legend>{t('admin.widgets.options')}</legend>
      {options.map((option, i) => (
        <div key={i} className={classes.option}>
          <TextInput name={`${path}[${i}].value`} label={t('admin.widgets.optionValue')} value={option.value} disabled={disabled} error={errorOf(`${path}[${i}].value`)} onChange={(e) => change(i, { ...option, value: e.currentTarget.value })} />
          <Words label={t('admin.widgets.optionLabel')} name={`${path}[${i}].label`} value={option.label} disabled={disabled} errorOf={errorOf} onChange={(label) => change(i, { ...option, label })} />
          {!disabled && (
            <ActionIcon onClick={() => onChange(options.filter((_, n) => n !== i))} aria-label={t('admin.remove', { name: option.value })}>
              <X size={16} />
            </ActionIcon>
          )}
        </div>
      ))}
      {!disabled && (
        <div>
          <Button size="sm" variant="default" leftSection={<Plus size={14} />} onClick={() => onChange([...options, { value: String(options.length + 1), label: {} }])}>
            {t('admin.widgets.optionAdd')}
          </Button>
        </div>
      )}
    </fieldset>
  )
}
