import { ActionIcon, Button, SegmentedControl } from '@mantine/core'
import { FolderPlus, Plus, X } from 'lucide-react'
import { useT } from '@/lib/i18n'
import type { Control } from '@/kit/resource/schema'
import type { Condition, Trigger } from '../../rules/words'
import classes from '../../rules/Rules.module.css'
import { ConditionLine } from './ConditionLine'

const deepest = 3
const mostInGroup = 30

/** What must hold for a rule to act: groups of conditions, of which all or one must hold. */
export function IfField({ control }: { control: Control }) {
  const { when } = control.values as { when: Trigger }
  return <Group value={control.value as Condition} onChange={control.onChange as (value: Condition) => void} path="if" depth={1} when={when} control={control} />
}

interface Props {
  value: Condition
  onChange: (value: Condition) => void
  onRemove?: () => void
  path: string
  depth: number
  when: Trigger
  control: Control
}

function Group({ value, onChange, onRemove, path, depth, when, control }: Props) {
  const t = useT()
  const join = value.any ? 'any' : 'all'
  const parts = value[join] ?? []
  const set = (next: readonly Condition[]) => onChange({ [join]: next })
  const replace = (at: number, part: Condition) => set(parts.map((p, i) => (i === at ? part : p)))
  const remove = (at: number) => set(parts.filter((_, i) => i !== at))
  const error = control.errorOf(path)
  return (
    <div className={classes.group} role="group" aria-label={t('rules.if')}>
      <div className={classes.line}>
        <SegmentedControl size="xs" aria-label={t('rules.join')} disabled={control.disabled} value={join} onChange={(v) => onChange({ [v]: parts })} data={[{ value: 'all', label: t('rules.all') }, { value: 'any', label: t('rules.any') }]} />
        {onRemove && !control.disabled && (
          <ActionIcon size={32} ml="auto" aria-label={t('rules.removeGroup')} onClick={onRemove}>
            <X size={16} />
          </ActionIcon>
        )}
      </div>
      {error && <p className={classes.error}>{error}</p>}
      {parts.length === 0 && depth === 1 && <p className={classes.hint}>{t('rules.always')}</p>}
      <ul className={classes.rows}>
        {parts.map((part, i) => {
          const at = `${path}.${join}[${i}]`
          return (
            <li key={i}>
              {part.all || part.any ? (
                <Group value={part} onChange={(next) => replace(i, next)} onRemove={() => remove(i)} path={at} depth={depth + 1} when={when} control={control} />
              ) : (
                <ConditionLine value={part} onChange={(next) => replace(i, next)} onRemove={() => remove(i)} path={at} when={when} control={control} />
              )}
            </li>
          )
        })}
      </ul>
      {!control.disabled && parts.length < mostInGroup && (
        <div className={classes.line}>
          <Button size="xs" variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={() => set([...parts, { field: 'message.text', op: 'contains', values: [] }])}>
            {t('rules.addCondition')}
          </Button>
          {depth < deepest && (
            <Button size="xs" variant="subtle" leftSection={<FolderPlus size={14} aria-hidden />} onClick={() => set([...parts, { [join === 'all' ? 'any' : 'all']: [] }])}>
              {t('rules.addGroup')}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
