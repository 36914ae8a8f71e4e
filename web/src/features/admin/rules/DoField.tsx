import { ActionIcon, Button, Checkbox, Input, TagsInput, Textarea } from '@mantine/core'
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { ChooseOne } from '@/kit/Choose'
import type { Control } from '@/kit/resource/schema'
import { TopicInput } from '../../cases/TopicField'
import { priorities } from '../../cases/types'
import { type Command, type Verb, useSay, useWords } from '../../rules/words'
import classes from '../../rules/Rules.module.css'
import { useThings } from './things'

const most = 10

/** The commands of a rule or a macro, in their order. */
export function DoField({ control, of }: { control: Control; of: 'rule' | 'macro' }) {
  const t = useT()
  const words = useWords()
  const verbs = (of === 'macro' ? words?.macro_verbs : words?.verbs) ?? []
  const all = control.value as readonly Command[]
  const set = control.onChange as (value: Command[]) => void
  const replace = (at: number, command: Command) => set(all.map((c, i) => (i === at ? command : c)))
  const swap = (at: number, by: number) => {
    const next = [...all]
    next.splice(at + by, 0, ...next.splice(at, 1))
    set(next)
  }
  return (
    <Input.Wrapper label={control.label} error={control.error} labelElement="div">
      <ol className={classes.rows}>
        {all.map((command, i) => (
          <li key={i} className={classes.row}>
            <Line of={of} value={command} verbs={verbs} disabled={control.disabled} errorOf={(part) => control.errorOf(`do[${i}].${part}`)} onChange={(next) => replace(i, next)} onRemove={() => set(all.filter((_, at) => at !== i))} onUp={i > 0 ? () => swap(i, -1) : undefined} onDown={i < all.length - 1 ? () => swap(i, 1) : undefined} />
          </li>
        ))}
      </ol>
      {!control.disabled && all.length < most && (
        <Button size="xs" variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={() => set([...all, { do: verbs[0]?.name ?? 'add_tags' }])}>
          {t('rules.addCommand')}
        </Button>
      )}
    </Input.Wrapper>
  )
}

interface LineProps {
  of: 'rule' | 'macro'
  value: Command
  verbs: readonly Verb[]
  disabled: boolean
  errorOf: (part: string) => string | undefined
  onChange: (value: Command) => void
  onRemove: () => void
  onUp?: () => void
  onDown?: () => void
}

function Line({ of, value, verbs, disabled, errorOf, onChange, onRemove, onUp, onDown }: LineProps) {
  const t = useT()
  const say = useSay()
  const name = say.verb(value.do)
  // Who uses a macro sees where they answer: only a rule has to be told.
  const takes = (verbs.find((v) => v.name === value.do)?.takes ?? []).filter((field) => of === 'rule' || field !== 'public')
  return (
    <>
      <div className={classes.line}>
        <ChooseOne className={classes.grow} label={t('rules.verb')} allowDeselect={false} disabled={disabled} data={verbs.map((v) => ({ value: v.name, label: say.verb(v.name) }))} value={value.do} error={errorOf('do')} onChange={(v) => v && onChange({ do: v })} />
        {!disabled && (
          <>
            <ActionIcon size={32} disabled={!onUp} aria-label={t('rules.commandUp', { name })} onClick={onUp}>
              <ArrowUp size={16} />
            </ActionIcon>
            <ActionIcon size={32} disabled={!onDown} aria-label={t('rules.commandDown', { name })} onClick={onDown}>
              <ArrowDown size={16} />
            </ActionIcon>
            <ActionIcon size={32} aria-label={t('rules.removeCommand')} onClick={onRemove}>
              <X size={16} />
            </ActionIcon>
          </>
        )}
      </div>
      {takes.length > 0 && (
        <div className={takes.includes('text') ? classes.rows : classes.halves}>
          {takes.map((field) => (
            <Part key={field} field={field as keyof Command} value={value} disabled={disabled} error={errorOf(field) ?? (field === 'tags' ? value.tags?.map((_, i) => errorOf(`tags[${i}]`)).find(Boolean) : undefined)} onChange={(part) => onChange({ ...value, ...part })} />
          ))}
        </div>
      )}
    </>
  )
}

const refs: Partial<Record<keyof Command, string>> = { queue_id: 'queue', status_id: 'case_status', user_id: 'user', team_id: 'team', canned_id: 'canned', webhook_id: 'webhook' }

interface PartProps {
  field: keyof Command
  value: Command
  disabled: boolean
  error: string | undefined
  onChange: (part: Partial<Command>) => void
}

/** One field of a command. */
function Part({ field, value, disabled, error, onChange }: PartProps) {
  const t = useT()
  const say = useSay()
  const things = useThings()
  const label = say.take(field)
  const common = { label, disabled, error }
  const ref = refs[field]
  if (ref) return <ChooseOne {...common} clearable clearButtonProps={{ 'aria-label': t('admin.remove', { name: label }) }} data={things[ref] ?? []} value={(value[field] as string | undefined) ?? null} onChange={(v) => onChange(chosen(field, v))} />
  switch (field) {
    case 'tags':
      return <TagsInput {...common} value={value.tags ?? []} splitChars={[',']} onChange={(tags) => onChange({ tags })} />
    case 'priority':
      return <ChooseOne {...common} data={priorities.map((p) => ({ value: p, label: t(`cases.priority.${p}`) }))} value={value.priority ?? null} onChange={(v) => onChange({ priority: v ?? undefined })} />
    case 'text': {
      const speaks = value.do === 'send_reply' || value.do === 'insert_reply'
      if (speaks && value.canned_id) return null
      return <Textarea {...common} autosize minRows={2} maxRows={8} description={speaks ? t('rules.take.textHelp', { name: '{{customer.first_name}}' }) : undefined} value={value.text ?? ''} onChange={(e) => onChange({ text: e.currentTarget.value || undefined })} />
    }
    case 'public':
      return <Checkbox label={label} description={t('rules.take.publicHelp')} disabled={disabled} error={error} checked={value.public ?? false} onChange={(e) => onChange({ public: e.currentTarget.checked || undefined })} />
    default:
      return <TopicInput {...common} value={value.topic ?? ''} onChange={(topic) => onChange({ topic: topic || undefined })} />
  }
}

/** A thing that was chosen; of a person and a team, or a canned reply and a text, the other goes. */
function chosen(field: keyof Command, id: string | null): Partial<Command> {
  const other: Partial<Record<keyof Command, keyof Command>> = { user_id: 'team_id', team_id: 'user_id', canned_id: 'text' }
  const gone = other[field]
  return { [field]: id ?? undefined, ...(id && gone ? { [gone]: undefined } : {}) }
}
