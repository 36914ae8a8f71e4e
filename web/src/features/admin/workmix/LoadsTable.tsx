import { NumberInput } from '@mantine/core'
import { useT } from '@/lib/i18n'
import { ChannelMark, useChannelName } from '@/kit/ChannelMark'
import { type Class, classes as channelClasses, standardLoads } from '../users/work'
import { type MixInput, alone } from './mix'
import classes from './WorkMix.module.css'

interface Props {
  mix: MixInput
  errorOf: (path: string) => string | undefined
  disabled: boolean
  onLoads: (loads: MixInput['loads']) => void
  onLimits: (limits: MixInput['limits']) => void
}

const number = (value: number | string) => (value === '' ? null : Number(value))
const whole = 100 // units of an agent unless their own settings say otherwise

/** How much of an agent one interaction of each class takes, and how many there may be at a time. */
export function LoadsTable({ mix, errorOf, disabled, onLoads, onLimits }: Props) {
  const t = useT()
  const name = useChannelName()
  const fitting = alone(mix, whole)
  const field = (of: Class, part: 'loads' | 'limits') => ({ name: `${part}.${of}`, value: mix[part][of] ?? '', error: errorOf(`${part}.${of}`), min: 1, allowDecimal: false, hideControls: true, disabled })
  return (
    <section aria-labelledby="work-loads">
      <h2 id="work-loads">{t('admin.work.loads')}</h2>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('admin.work.class')}</th>
            <th scope="col">{t('admin.work.load')}</th>
            <th scope="col">{t('admin.work.limit')}</th>
            <th scope="col" className={classes.wideOnly}>
              {t('admin.work.fits')}
            </th>
          </tr>
        </thead>
        <tbody>
          {channelClasses.map((c) => (
            <tr key={c}>
              <th scope="row">
                <span className={classes.channel}>
                  <ChannelMark channel={c} size={20} /> {name(c)}
                </span>
              </th>
              <td>
                <NumberInput className={classes.number} {...field(c, 'loads')} max={1000} step={5} aria-label={t('admin.work.loadOf', { channel: name(c) })} placeholder={String(standardLoads[c])} onChange={(v) => onLoads({ ...mix.loads, [c]: number(v) })} />
              </td>
              <td>
                <NumberInput className={classes.number} {...field(c, 'limits')} max={100} aria-label={t('admin.work.limitOf', { channel: name(c) })} placeholder={t('admin.work.noLimit')} onChange={(v) => onLimits({ ...mix.limits, [c]: number(v) })} />
              </td>
              <td className={classes.wideOnly}>{t('admin.users.atOnce', { count: fitting[c] })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
