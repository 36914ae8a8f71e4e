import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Fingerprint } from 'lucide-react'
import type { components } from '@/lib/api/schema.gen'
import { useT } from '@/lib/i18n'
import { Ago, formatFull } from '@/lib/time'
import { detailQuery } from '../conversation/api'
import classes from './Customer.module.css'

/** What a visitor of the brand's site left behind them; a conversation of another channel has none. */
type VisitDetail = components['schemas']['SiteVisitBody']

/** Whence somebody on the brand's site writes: the pages before the first word, the newest first, and what they agreed to. */
export function Visit({ conversation }: { conversation: string }) {
  const t = useT()
  const { data } = useQuery(detailQuery(conversation, useQueryClient()))
  const visit: VisitDetail | undefined = data?.visit
  if (!visit) return null
  const { pages = [], language, consent_version: version, consent_at: agreed, identified } = visit
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <h3>{t('desk.visit.title')}</h3>
      </div>
      {identified && (
        <p className={classes.line}>
          <Fingerprint size={14} aria-hidden /> {t('desk.visit.identified')}
        </p>
      )}
      <dl className={classes.attributes}>
        {language && <Fact name={t('desk.visit.language')} value={new Intl.DisplayNames([t.language], { type: 'language' }).of(language) ?? language} />}
        {version && <Fact name={t('desk.visit.consent')} value={[t('desk.visit.consentVersion', { version }), agreed && formatFull(agreed, t.language)].filter(Boolean).join(' · ')} />}
      </dl>
      {pages.length > 0 && (
        <ol className={classes.pages} aria-label={t('desk.visit.pages')}>
          {pages.toReversed().map(({ url, title, at }, i) => (
            <li key={i}>
              <a href={url} target="_blank" rel="noopener noreferrer" title={url}>
                {title || shortened(url)}
              </a>
              {at && <Ago at={at} />}
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

/** An address as people say it. */
const shortened = (url: string) => url.replace(/^https?:\/\//, '').replace(/\/$/, '')
