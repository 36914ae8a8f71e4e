import { Button } from '@mantine/core'
import { BellOff } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { Ago, type Instant } from '@/lib/time'
import { usePresenceChanges } from '@/shell/presence'
import classes from './OfferCards.module.css'

/** Says that an unanswered offer has set the person to away, and leads back with one click. */
export function MissedNotice({ since }: { since?: Instant }) {
  const t = useT()
  const { setState, busy } = usePresenceChanges()
  return (
    <section className={classes.corner} aria-label={t('desk.offer.region')}>
      <div className={classes.notice} role="status">
        <BellOff size={18} aria-hidden />
        <div className={classes.noticeText}>
          <strong>{t('desk.offer.missed')}</strong>
          <p>
            {t('desk.offer.missedText')}
            {since !== undefined && (
              <>
                {' · '}
                <Ago at={since} />
              </>
            )}
          </p>
          <Button loading={busy} onClick={() => setState({ state: 'available' })}>
            {t('desk.offer.back')}
          </Button>
        </div>
      </div>
    </section>
  )
}
