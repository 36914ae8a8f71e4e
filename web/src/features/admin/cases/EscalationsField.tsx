import { ActionIcon, Button, Input } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { ChooseOne } from '@/kit/Choose'
import type { Control } from '@/kit/resource/schema'
import { every } from '../api'
import { useChoices } from '../parts/lookups'
import { type Escalation, clockKinds } from './policy'
import classes from './CaseSetup.module.css'

const acts = ['notify_owner', 'notify_team', 'raise_priority', 'move_owner'] as const
const moments = ['warned', 'breached'] as const
const most = 20

/** What happens when a promised time is nearly, or wholly, over. */
export function EscalationsField({ control }: { control: Control }) {
  const t = useT()
  const { label, name, disabled, errorOf } = control
  const all = control.value as readonly Escalation[]
  const set = control.onChange as (value: Escalation[]) => void
  return (
    <Input.Wrapper label={label} error={all.length === 0 ? control.error : undefined} labelElement="div">
      <ol className={classes.rows}>
        {all.map((one, i) => (
          <li key={i} className={classes.row}>
            <Line
              value={one}
              disabled={disabled}
              errorOf={(part) => errorOf(`${name}[${i}].${part}`)}
              onChange={(part) => set(all.map((e, at) => (at === i ? { ...e, ...part } : e)))}
              onRemove={() => set(all.filter((_, at) => at !== i))}
            />
          </li>
        ))}
      </ol>
      {!disabled && all.length < most && (
        <Button size="xs" variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={() => set([...all, { on: 'breached', act: 'notify_owner' }])}>
          {t('admin.sla.addEscalation')}
        </Button>
      )}
    </Input.Wrapper>
  )
}

interface LineProps {
  value: Escalation
  disabled: boolean
  errorOf: (part: string) => string | undefined
  onChange: (part: Partial<Escalation>) => void
  onRemove: () => void
}

function Line({ value, disabled, errorOf, onChange, onRemove }: LineProps) {
  const t = useT()
  const users = useChoices(every.users)
  const teams = useChoices(every.teams)
  const { on, clock, act, user_id, team_id } = value
  return (
    <>
      <div className={classes.line}>
        <ChooseOne className={classes.grow} label={t('admin.sla.on')} allowDeselect={false} disabled={disabled} data={moments.map((m) => ({ value: m, label: t(`admin.sla.on.${m}`) }))} value={on} onChange={(v) => onChange({ on: v as Escalation['on'] })} />
        {!disabled && (
          <ActionIcon size={32} aria-label={t('admin.remove', { name: t(`admin.sla.act.${act}`) })} onClick={onRemove}>
            <X size={16} />
          </ActionIcon>
        )}
      </div>
      <div className={classes.halves}>
        <ChooseOne label={t('admin.sla.clock')} placeholder={t('admin.sla.every')} clearable disabled={disabled} data={clockKinds.map((k) => ({ value: k, label: t(`cases.clock.kind.${k}`) }))} value={clock ?? null} clearButtonProps={{ 'aria-label': t('admin.sla.every') }} onChange={(v) => onChange({ clock: (v ?? undefined) as Escalation['clock'] })} />
        <ChooseOne label={t('admin.sla.act')} allowDeselect={false} disabled={disabled} data={acts.map((a) => ({ value: a, label: t(`admin.sla.act.${a}`) }))} value={act} error={errorOf('act')} onChange={(v) => onChange({ act: v as Escalation['act'] })} />
        {act === 'move_owner' && <ChooseOne label={t('cases.owner')} placeholder={t('cases.noOwner')} clearable disabled={disabled} data={users} value={user_id || null} error={errorOf('user_id')} clearButtonProps={{ 'aria-label': t('cases.noOwner') }} onChange={(v) => onChange({ user_id: v ?? undefined })} />}
        {(act === 'move_owner' || act === 'notify_team') && <ChooseOne label={t('admin.sla.team')} placeholder={t('admin.sla.ownTeam')} clearable disabled={disabled} data={teams} value={team_id || null} error={errorOf('team_id')} clearButtonProps={{ 'aria-label': t('admin.sla.ownTeam') }} onChange={(v) => onChange({ team_id: v ?? undefined })} />}
      </div>
    </>
  )
}
