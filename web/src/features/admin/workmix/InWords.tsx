import { NumberInput } from '@mantine/core'
import { useState } from 'react'
import { type Key, type Translate, useT } from '@/lib/i18n'
import { ChannelMark, useChannelName } from '@/kit/ChannelMark'
import { type Class, classes as channelClasses } from '../users/work'
import { type MixInput, alone, beside } from './mix'
import classes from './WorkMix.module.css'

const counted: Record<Class, Key> = { call: 'admin.work.count.call', video: 'admin.work.count.video', chat: 'admin.work.count.chat', mail: 'admin.work.count.mail', social: 'admin.work.count.social' }

/** What the mix means for an agent, in sentences, as it is typed. */
export function InWords({ mix }: { mix: MixInput }) {
  const t = useT()
  const name = useChannelName()
  const [capacity, setCapacity] = useState(100)
  const all = alone(mix, capacity)
  return (
    <section className={classes.words} aria-labelledby="work-words">
      <h2 id="work-words">{t('admin.work.words')}</h2>
      <NumberInput className={classes.capacity} label={t('admin.work.capacity')} min={10} max={1000} step={10} allowDecimal={false} value={capacity} onChange={(v) => setCapacity(Math.max(1, Number(v) || 0))} />
      <p>{t('admin.work.canHave', { capacity, list: amounts(t, all) })}</p>
      <dl className={classes.say}>
        {channelClasses.map((work) => {
          const besides = amounts(t, beside(mix, work, capacity))
          return (
            <div key={work}>
              <dt>
                <ChannelMark channel={work} size={18} /> {t('admin.work.during', { channel: name(work) })}
              </dt>
              <dd>{besides ? t('admin.work.besides', { list: besides }) : t('admin.work.nothingBesides')}</dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}

/** "3 chats or 5 e-mails"; empty where nothing fits. */
function amounts(t: Translate, of: Record<Class, number>): string {
  const some = channelClasses.filter((c) => of[c] > 0).map((c) => t(counted[c], { count: of[c] }))
  return new Intl.ListFormat(t.language, { type: 'disjunction' }).format(some)
}
