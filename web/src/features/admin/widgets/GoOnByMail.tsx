import { NumberInput, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import { ChooseOne } from '@/kit/Choose'
import type { Control } from '@/kit/resource/schema'
import { every } from '../api'
import type { EntryPoint } from '../types'
import { type Settings, mailMinutes } from './settings'
import parts from '../parts/parts.module.css'

interface Props {
  mail: Settings['mail']
  brand: string
  disabled?: boolean
  errorOf: Control['errorOf']
  onChange: (mail: Settings['mail']) => void
}

const longest = 24 * 60 // minutes

/** Whether what visitors have not seen goes to them by e-mail, from where and when. */
export function GoOnByMail({ mail, brand, disabled, errorOf, onChange }: Props) {
  const t = useT()
  const points = useQuery(every.entryPoints).data
  const boxes = mailboxesOf(points ?? [], brand)
  const none = boxes.length === 0 && mail === undefined
  return (
    <>
      <Switch
        label={t('admin.widgets.mail')}
        description={t(none && points ? 'admin.widgets.mailNone' : 'admin.widgets.mailHelp')}
        checked={mail !== undefined}
        disabled={disabled || none}
        onChange={(e) => onChange(e.currentTarget.checked ? { from_id: boxes[0]?.value ?? '', minutes: mailMinutes } : undefined)}
      />
      {mail && (
        <div className={parts.stack}>
          <ChooseOne
            name="config.mail.from_id"
            label={t('admin.widgets.mailFrom')}
            data={boxes}
            value={boxes.some((b) => b.value === mail.from_id) ? mail.from_id : null}
            allowDeselect={false}
            disabled={disabled}
            error={errorOf('config.mail.from_id')}
            onChange={(from_id) => onChange({ ...mail, from_id: from_id ?? mail.from_id })}
          />
          <NumberInput
            name="config.mail.minutes"
            label={t('admin.widgets.mailAfter')}
            description={t('admin.widgets.mailAfterHelp')}
            min={1}
            max={longest}
            allowDecimal={false}
            suffix=" min"
            value={mail.minutes}
            disabled={disabled}
            error={errorOf('config.mail.minutes')}
            onChange={(v) => onChange({ ...mail, minutes: Number(v) || 0 })}
          />
        </div>
      )}
    </>
  )
}

/** The open mailboxes of a brand, as options to choose. */
export const mailboxesOf = (points: readonly Pick<EntryPoint, 'id' | 'name' | 'address' | 'channel' | 'brand_id' | 'active'>[], brand: string) =>
  points.filter((p) => p.channel === 'email' && p.brand_id === brand && p.active).map((p) => ({ value: p.id, label: `${p.name} <${p.address}>` }))
