import { useQuery } from '@tanstack/react-query'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Ago, formatNumber } from '@/lib/time'
import { ChannelMark, useChannelName } from '@/kit/ChannelMark'
import { Section } from './Section'
import { type Whose, archiveQuery } from './story'
import classes from './CustomerPage.module.css'

/** What the contacts have been, in figures. Each is defined in docs/metrics.md. */
export function Figures({ whose }: { whose: Whose }) {
  const t = useT()
  const channelName = useChannelName()
  const { data, error } = useQuery(archiveQuery(whose))
  if (error) return <p className={classes.wrong}>{problemText(t, error)}</p>
  if (!data) return null
  const number = (n: number, most = 0) => formatNumber(n, t.language, { maximumFractionDigits: most })
  const percent = (n: number | undefined) => (n === undefined ? '–' : `${number(n)} %`)
  const minutes = (s: number) => t('time.minutes', { n: number(s / 60, s < 600 ? 1 : 0) })
  const most = Math.max(1, ...data.channels.map((c) => c.contacts))
  return (
    <Section title={t('customers.figures')}>
      {data.contacts === 0 ? (
        <p className={classes.faint}>{t('customers.figures.none')}</p>
      ) : (
        <>
          <dl className={classes.figures}>
            <Figure name={t('customers.figures.contacts')} value={number(data.contacts)} note={data.first_at && <Since at={data.first_at} />} />
            <Figure name={t('customers.figures.time')} value={minutes(data.handle_s)} note={t('customers.figures.timeNote')} />
            <Figure name={t('customers.figures.first')} value={percent(data.first_contact_percent)} note={t('customers.figures.firstNote', { count: data.decided, days: data.repeat_days })} />
            <Figure name={t('customers.figures.resolved')} value={percent(data.resolved_percent)} note={t('customers.figures.resolvedNote', { count: data.coded })} />
          </dl>
          <ul className={classes.list} aria-label={t('customers.figures.channels')}>
            {data.channels.map((c) => (
              <li key={c.channel} className={classes.use}>
                <ChannelMark channel={c.channel} size={20} />
                <span>
                  {channelName(c.channel)}
                  {c.channel === data.preferred_channel && <span className={classes.faint}> · {t('customers.figures.preferred')}</span>}
                </span>
                <span>
                  {number(c.contacts)} · {minutes(c.handle_s)}
                </span>
                <span className={classes.bar} aria-hidden>
                  <span style={{ width: `${(100 * c.contacts) / most}%` }} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {(data.partial || data.capped) && <p className={classes.faint}>{data.capped ? t('customers.figures.capped') : t('customers.figures.partial')}</p>}
    </Section>
  )
}

function Since({ at }: { at: string }) {
  const t = useT()
  return (
    <>
      {t('customers.figures.since')} <Ago at={at} />
    </>
  )
}

function Figure({ name, value, note }: { name: string; value: string; note?: React.ReactNode }) {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd>
        {value}
        {note && <small>{note}</small>}
      </dd>
    </div>
  )
}
