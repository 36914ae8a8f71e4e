import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { BellOff, WifiOff } from 'lucide-react'
import type { Presence } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { usePresenceChanges } from '@/shell/presence'
import type { Had } from './had'
import classes from './OfferCards.module.css'

const mostNamed = 3

/** Says that the system has set the person to away or offline, what became of the work, and leads back with one click. */
export function SetByNotice({ presence, handedOn }: { presence: Presence; handedOn: Had['rows'] }) {
  const t = useT()
  const { setState, busy } = usePresenceChanges()
  const lost = presence.system === 'lost'
  const Icon = lost ? WifiOff : BellOff
  return (
    <section className={classes.corner} aria-label={t('desk.offer.region')}>
      <div className={classes.notice} role="status">
        <Icon size={18} aria-hidden />
        <div className={classes.noticeText}>
          <strong>{t(lost ? 'desk.offer.lost' : 'desk.offer.missed')}</strong>
          <p>
            {t(lost ? 'desk.offer.lostText' : 'desk.offer.missedText')}
            {presence.since !== undefined && (
              <>
                {' · '}
                <Ago at={presence.since} />
              </>
            )}
          </p>
          {lost && handedOn.length > 0 && <HandedOn rows={handedOn} />}
          <Button loading={busy} onClick={() => setState({ state: 'available' })}>
            {t('desk.offer.back')}
          </Button>
        </div>
      </div>
    </section>
  )
}

function HandedOn({ rows }: { rows: Had['rows'] }) {
  const t = useT()
  return (
    <p>
      {t('desk.offer.handedOn')}{' '}
      {rows.slice(0, mostNamed).map((row, i) => (
        <span key={row.id}>
          {i > 0 && ', '}
          <Link to="/conversations/$id" params={{ id: row.id }}>
            {row.name}
          </Link>
        </span>
      ))}
      {rows.length > mostNamed && ` +${rows.length - mostNamed}`}
    </p>
  )
}
