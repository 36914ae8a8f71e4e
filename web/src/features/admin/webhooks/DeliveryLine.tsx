import type { ReactNode } from 'react'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { Badge, type Tone } from '@/kit/Badge'
import type { WebhookDelivery } from '../types'
import classes from './Webhooks.module.css'

const tones: Record<WebhookDelivery['state'], Tone> = { waiting: 'warn', delivered: 'ok', failed: 'danger' }

/** One message to a webhook: what it was about, what came of it, and its text to unfold. */
export function DeliveryLine({ delivery: d, children }: { delivery: WebhookDelivery; children?: ReactNode }) {
  const t = useT()
  return (
    <details className={classes.delivery}>
      <summary>
        <Badge tone={tones[d.state]}>{t(`admin.webhooks.delivery.${d.state}`)}</Badge>
        <code className={classes.kind}>{d.kind}</code>
        <span className={classes.hint}>
          {d.status > 0 && <>{d.status} · </>}
          {d.attempts > 0 && <>{t('admin.webhooks.took', { ms: Math.round(d.took_ms) })} · </>}
          <Ago at={d.tried_at ?? d.made_at} />
        </span>
      </summary>
      {d.answer !== '' && (
        <>
          <h4>{t('admin.webhooks.answer')}</h4>
          <Text of={d.answer} label={t('admin.webhooks.answer')} />
        </>
      )}
      <h4>{t('admin.webhooks.body')}</h4>
      <Text of={pretty(d.body)} label={t('admin.webhooks.body')} />
      <p className={classes.hint}>
        <code>webhook-id: msg_{d.id}</code> · {t('admin.jobs.attempts', { count: d.attempts })}
      </p>
      {children}
    </details>
  )
}

/** A text that may be long: it scrolls, by the keyboard too. */
function Text({ of, label }: { of: string; label: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard
    <pre role="group" aria-label={label} tabIndex={0}>
      {of}
    </pre>
  )
}

function pretty(body: string) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
