import { ActionIcon, Input, NumberInput } from '@mantine/core'
import { X } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { ChooseOne } from '@/kit/Choose'
import { every } from '../api'
import type { SkillLevel } from '../types'
import { useChoices, useNames } from './lookups'
import classes from './parts.module.css'

export const highestLevel = 10
const usualLevel = 5

interface Props {
  name: string
  label: string
  help?: string
  value: readonly SkillLevel[]
  disabled?: boolean
  errorOf: (path: string) => string | undefined
  onChange: (value: SkillLevel[]) => void
}

/** Skills, each with a level from 1 to 10. */
export function SkillLevels({ name, label, help, value, disabled, errorOf, onChange }: Props) {
  const t = useT()
  const nameOf = useNames(every.skills)
  const free = useChoices(every.skills, (s) => !value.some((v) => v.skill_id === s.id))
  const change = (at: number, level: number) => onChange(value.map((v, i) => (i === at ? { ...v, level } : v)))
  return (
    <Input.Wrapper label={label} description={help} error={value.length === 0 ? errorOf(name) : undefined} labelElement="div">
      <ul className={classes.rows}>
        {value.map((skill, i) => {
          const skillName = nameOf(skill.skill_id) ?? t('admin.gone')
          const error = errorOf(`${name}[${i}]`)
          return (
            <li key={skill.skill_id} className={classes.line}>
              <span className={classes.grow}>{skillName}</span>
              <NumberInput
                className={classes.level}
                name={`${name}[${i}]`}
                aria-label={t('admin.level.of', { name: skillName })}
                min={1}
                max={highestLevel}
                allowDecimal={false}
                value={skill.level}
                disabled={disabled}
                error={error}
                onChange={(v) => change(i, Number(v) || 1)}
              />
              {!disabled && (
                <ActionIcon onClick={() => onChange(value.filter((v) => v !== skill))} aria-label={t('admin.remove', { name: skillName })}>
                  <X size={16} />
                </ActionIcon>
              )}
            </li>
          )
        })}
      </ul>
      {!disabled && (
        <ChooseOne
          name={name}
          aria-label={`${label}: ${t('admin.level.add')}`}
          placeholder={t('admin.level.add')}
          data={free}
          value={null}
          onChange={(id) => id && onChange([...value, { skill_id: id, level: usualLevel }])}
        />
      )}
    </Input.Wrapper>
  )
}
