import { NumberInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { ChooseOne } from '@/kit/Choose'
import type { Control } from '@/kit/resource/schema'
import { type Trigger, useSay, useWords } from '../../rules/words'
import classes from '../../rules/Rules.module.css'
import { type Unit, unitOf, units } from './form'

const usual = 60 // minutes

/** What sets a rule off: something happens, or time passes. */
export function WhenField({ control }: { control: Control }) {
  const t = useT()
  const say = useSay()
  const words = useWords()
  const when = control.value as Trigger
  const set = control.onChange as (value: Trigger) => void
  const timed = when.since !== undefined
  const options = (names: readonly string[] | undefined) => (names ?? []).map((name) => ({ value: name, label: say.event(name) }))
  return (
    <>
      <div className={classes.halves}>
        <ChooseOne
          label={t('rules.trigger')}
          allowDeselect={false}
          disabled={control.disabled}
          data={[{ value: 'on', label: t('rules.happens') }, { value: 'since', label: t('rules.passes') }]}
          value={timed ? 'since' : 'on'}
          onChange={(v) => set(v === 'since' ? { since: words?.stamps?.[0] ?? 'unanswered', minutes: usual } : { on: words?.events?.[0] ?? 'message.in' })}
        />
        <ChooseOne
          name="when"
          label={t(timed ? 'rules.passes' : 'rules.happens')}
          allowDeselect={false}
          disabled={control.disabled}
          data={options(timed ? words?.stamps : words?.events)}
          value={(timed ? when.since : when.on) ?? null}
          error={control.error ?? control.errorOf('when.on') ?? control.errorOf('when.since')}
          onChange={(v) => v && set(timed ? { ...when, since: v } : { on: v })}
        />
      </div>
      {timed && <After minutes={when.minutes ?? usual} disabled={control.disabled} error={control.errorOf('when.minutes')} onChange={(minutes) => set({ ...when, minutes })} />}
    </>
  )
}

function After({ minutes, disabled, error, onChange }: { minutes: number; disabled: boolean; error: string | undefined; onChange: (minutes: number) => void }) {
  const t = useT()
  const [unit, setUnit] = useState<Unit>(() => unitOf(minutes))
  return (
    <div className={classes.line}>
      <NumberInput className={classes.grow} label={t('rules.after')} min={1} allowDecimal={false} disabled={disabled} error={error} value={Math.max(1, Math.round(minutes / units[unit]))} onChange={(v) => onChange(Number(v) * units[unit])} />
      <ChooseOne
        className={classes.grow}
        label={t('rules.unit')}
        allowDeselect={false}
        disabled={disabled}
        data={(Object.keys(units) as Unit[]).map((u) => ({ value: u, label: t(`rules.unit.${u}`) }))}
        value={unit}
        onChange={(v) => {
          const next = v as Unit
          onChange(Math.max(1, Math.round(minutes / units[unit])) * units[next])
          setUnit(next)
        }}
      />
    </div>
  )
}
