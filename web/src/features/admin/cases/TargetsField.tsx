import { Input, NumberInput } from '@mantine/core'
import { useT } from '@/lib/i18n'
import type { Control } from '@/kit/resource/schema'
import { type PolicyInput, clockKinds } from './policy'
import classes from './CaseSetup.module.css'

/** How long each promise is, in minutes; none where nothing stands. */
export function TargetsField({ control }: { control: Control }) {
  const t = useT()
  const { label, name, disabled, errorOf } = control
  const targets = control.value as PolicyInput['targets']
  const set = control.onChange as (value: PolicyInput['targets']) => void
  const partError = clockKinds.some((kind) => errorOf(`${name}.${kind}`))
  return (
    <Input.Wrapper label={label} description={t('admin.sla.targetsHelp')} error={partError ? undefined : control.error} labelElement="div">
      <div className={classes.halves}>
        {clockKinds.map((kind) => (
          <NumberInput
            key={kind}
            name={`${name}.${kind}`}
            label={t(`cases.clock.kind.${kind}`)}
            suffix={` ${t('admin.sla.minutes')}`}
            min={0}
            decimalScale={2}
            value={targets[kind] ?? ''}
            disabled={disabled}
            error={errorOf(`${name}.${kind}`)}
            onChange={(n) => set({ ...targets, [kind]: typeof n === 'number' ? n : undefined })}
          />
        ))}
      </div>
    </Input.Wrapper>
  )
}
