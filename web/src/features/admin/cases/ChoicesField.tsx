import { ActionIcon, Button, Input, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useT } from '@/lib/i18n'
import type { Control } from '@/kit/resource/schema'
import { nameIn } from '../../cases/names'
import type { CaseField } from '../../cases/types'
import { Words } from '../parts/Words'
import classes from './CaseSetup.module.css'

type Choice = CaseField['choices'][number]

/** What there is to choose, each with its key and its names. */
export function ChoicesField({ control }: { control: Control }) {
  const t = useT()
  const { label, name, disabled, errorOf } = control
  const choices = control.value as readonly Choice[]
  const set = control.onChange as (value: Choice[]) => void
  const change = (at: number, part: Partial<Choice>) => set(choices.map((c, i) => (i === at ? { ...c, ...part } : c)))
  return (
    <Input.Wrapper label={label} error={choices.length === 0 ? control.error : undefined} labelElement="div">
      <ol className={classes.rows}>
        {choices.map((choice, i) => (
          <li key={i} className={classes.row}>
            <div className={classes.line}>
              <TextInput
                className={classes.grow}
                name={`${name}[${i}].key`}
                label={t('admin.caseFields.key')}
                value={choice.key}
                maxLength={40}
                disabled={disabled}
                error={errorOf(`${name}[${i}].key`)}
                onChange={(e) => change(i, { key: e.currentTarget.value })}
              />
              {!disabled && (
                <ActionIcon size={32} aria-label={t('admin.remove', { name: nameIn(choice.names, t.language) })} onClick={() => set(choices.filter((_, at) => at !== i))}>
                  <X size={16} />
                </ActionIcon>
              )}
            </div>
            <Words label={t('admin.name')} name={`${name}[${i}].names`} value={choice.names} errorOf={errorOf} disabled={disabled} onChange={(names) => change(i, { names })} />
          </li>
        ))}
      </ol>
      {!disabled && (
        <Button size="xs" variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={() => set([...choices, { key: '', names: {} }])}>
          {t('admin.caseFields.addChoice')}
        </Button>
      )}
    </Input.Wrapper>
  )
}
