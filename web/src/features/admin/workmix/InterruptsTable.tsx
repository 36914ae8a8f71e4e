import { Checkbox } from '@mantine/core'
import { useT } from '@/lib/i18n'
import { ChannelMark, useChannelName } from '@/kit/ChannelMark'
import { type Class, classes as channelClasses } from '../users/work'
import type { MixInput } from './mix'
import classes from './WorkMix.module.css'

interface Props {
  value: MixInput['interrupts']
  disabled: boolean
  onChange: (value: MixInput['interrupts']) => void
}

/** Which offer may interrupt which work: a row for the offer, a column for the work. */
export function InterruptsTable({ value, disabled, onChange }: Props) {
  const t = useT()
  const name = useChannelName()
  const toggle = (offer: Class, work: Class) => {
    const now = value[offer]
    onChange({ ...value, [offer]: now.includes(work) ? now.filter((c) => c !== work) : channelClasses.filter((c) => c === work || now.includes(c)) })
  }
  return (
    <section aria-labelledby="work-interrupts">
      <h2 id="work-interrupts">{t('admin.work.interrupts')}</h2>
      <p className={classes.hint}>{t('admin.work.interruptsHelp')}</p>
      <table className={classes.table} data-matrix>
        <thead>
          <tr>
            <th scope="col">{t('admin.work.offer')}</th>
            {channelClasses.map((c) => (
              <th key={c} scope="col">
                <div className={classes.column}>
                  <ChannelMark channel={c} size={20} />
                  <span className={classes.wideOnly}>{name(c)}</span>
                </div>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {channelClasses.map((offer) => (
            <tr key={offer}>
              <th scope="row">
                <span className={classes.channel}>
                  <ChannelMark channel={offer} size={20} /> {name(offer)}
                </span>
              </th>
              {channelClasses.map((work) => (
                <td key={work}>
                  <Checkbox className={classes.tick} disabled={disabled} checked={value[offer].includes(work)} aria-label={t('admin.work.mayInterrupt', { offer: name(offer), work: name(work) })} onChange={() => toggle(offer, work)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
