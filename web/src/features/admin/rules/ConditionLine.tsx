import { ActionIcon, NumberInput, TagsInput, TextInput } from '@mantine/core'
import { X } from 'lucide-react'
import { languageNames, useT } from '@/lib/i18n'
import { ChooseMany, ChooseOne, type Option } from '@/kit/Choose'
import type { Control } from '@/kit/resource/schema'
import { type Condition, type RuleField, type Trigger, useSay, useWords } from '../../rules/words'
import classes from '../../rules/Rules.module.css'
import { type OwnField, useOwnFields } from './ownFields'
import { useThings } from './things'

const wordless = ['is_empty', 'is_not_empty', 'changed']
const ofChange = ['changed', 'was', 'became']
const channels = ['webchat', 'email', 'messenger', 'instagram', 'instagram_comments', 'whatsapp', 'facebook', 'x', 'x_messages', 'telegram', 'viber', 'sms', 'mastodon', 'mastodon_private', 'bluesky', 'bluesky_private', 'reviews', 'feed', 'voice', 'video']

interface Props {
  value: Condition
  onChange: (value: Condition) => void
  onRemove: () => void
  path: string
  when: Trigger
  control: Control
}

/** One comparison: what, how, with what. */
export function ConditionLine({ value, onChange, onRemove, path, when, control }: Props) {
  const t = useT()
  const say = useSay()
  const fields = useFields()
  const offered = fields.filter((f) => f.name === value.field || !f.with || (when.on && f.with.includes(when.on)))
  const field = fields.find((f) => f.name === value.field)
  const ops = (field?.ops ?? []).filter((op) => op === value.op || when.on || !ofChange.includes(op))
  const choose = (name: string | null) => {
    const next = fields.find((f) => f.name === name)
    if (next) onChange({ field: next.name, op: next.ops?.[0], values: [] })
  }
  const { disabled, errorOf } = control
  return (
    <div className={classes.row}>
      <div className={classes.head}>
        <div className={classes.halves}>
          <ChooseOne label={t('rules.field')} allowDeselect={false} disabled={disabled} data={offered.map((f) => ({ value: f.name, label: f.label ?? say.field(f.name) }))} value={value.field ?? null} error={errorOf(`${path}.field`)} onChange={choose} />
          <ChooseOne
            label={t('rules.op')}
            allowDeselect={false}
            disabled={disabled}
            data={ops.map((op) => ({ value: op, label: say.op(op) }))}
            value={value.op ?? null}
            error={errorOf(`${path}.op`)}
            onChange={(op) => op && onChange({ ...value, op, values: wordless.includes(op) ? undefined : (value.values ?? []) })}
          />
        </div>
        {!disabled && (
          <ActionIcon size={32} aria-label={t('rules.removeCondition')} onClick={onRemove}>
            <X size={16} />
          </ActionIcon>
        )}
      </div>
      {field && !wordless.includes(value.op ?? '') && <Values field={field} value={value} disabled={disabled} error={errorAt(errorOf, path, value)} onChange={(values) => onChange({ ...value, values })} />}
    </div>
  )
}

function errorAt(errorOf: Control['errorOf'], path: string, { values = [] }: Condition) {
  return errorOf(`${path}.values`) ?? values.map((_, i) => errorOf(`${path}.values[${i}]`)).find(Boolean)
}

type AnyField = RuleField & Partial<Pick<OwnField, 'label' | 'options'>>

/** All fields, those that the tenant has defined too. */
function useFields(): AnyField[] {
  const own = useOwnFields()
  return [...(useWords()?.fields ?? []), ...own]
}

interface ValuesProps {
  field: AnyField
  value: Condition
  disabled: boolean
  error: string | undefined
  onChange: (values: string[]) => void
}

/** What a field is compared with, by what sort of values it has. */
function Values({ field, value, disabled, error, onChange }: ValuesProps) {
  const t = useT()
  const say = useSay()
  const things = useThings()
  const values = value.values ?? []
  const common = { label: t('rules.values'), disabled, error }
  const many = (data: readonly Option[]) => <ChooseMany {...common} data={data} value={values} onChange={onChange} />
  switch (field.sort) {
    case 'yes_no':
      return <ChooseOne {...common} allowDeselect={false} data={[{ value: 'yes', label: t('rules.yes') }, { value: 'no', label: t('rules.no') }]} value={values[0] ?? null} onChange={(v) => v && onChange([v])} />
    case 'date':
      return <TextInput {...common} type="date" value={values[0] ?? ''} onChange={(e) => onChange(e.currentTarget.value === '' ? [] : [e.currentTarget.value])} />
    case 'number':
      return <NumberInput {...common} value={values[0] ?? ''} onChange={(v) => onChange(v === '' ? [] : [String(v)])} />
    case 'ref':
      return many(things[field.ref ?? ''] ?? [])
    case 'rank':
      if (value.op === 'at_least' || value.op === 'at_most') return <ChooseOne {...common} data={(field.choices ?? []).map((c) => ({ value: c, label: say.choice(field.name, c) }))} value={values[0] ?? null} onChange={(v) => onChange(v ? [v] : [])} />
      return many((field.choices ?? []).map((c) => ({ value: c, label: say.choice(field.name, c) })))
    case 'choice': {
      if (field.options) return many(field.options)
      if (field.name === 'customer.language') return many(['en', 'pl', 'hu', 'de', 'uk', 'sk', 'cs', 'ro'].map((l) => ({ value: l, label: languageNames([l]) })))
      const words = field.choices ?? channels
      return many(words.map((c) => ({ value: c, label: say.choice(field.name, c) })))
    }
    default:
      return <TagsInput {...common} description={t('rules.valuesHelp')} value={values} onChange={onChange} splitChars={field.sort === 'list' ? [','] : ['\n']} />
  }
}
