import { Button } from '@mantine/core'
import { CircleAlert, Clock, MessageSquareWarning } from 'lucide-react'
import { Suspense } from 'react'
import { problemText } from '@/lib/api'
import { type Translate, useT } from '@/lib/i18n'
import { lazyPart } from '@/lib/parts'
import { Plain } from '@/kit/Plain'
import { Attachments } from './Attachments'
import { useDesk } from './desk'
import type { Outgoing } from './outbox'
import type { Detail } from './types'
import { calledBy } from './calledBy'
import classes from './Timeline.module.css'

const Quoted = lazyPart(async () => (await import('./social/Quote')).Quoted)

interface Props {
  detail: Detail
  item: Outgoing
  onEdit: (item: Outgoing) => void
}

/** What was sent and is not stored yet: it stands in its place and says how it fares. */
export function OutgoingView({ detail, item, onEdit }: Props) {
  const t = useT()
  const conversation = detail.id
  const { outbox } = useDesk()
  const note = item.mode === 'note'
  const takeBack = () => {
    outbox.drop(conversation, item.client_id)
    if (!item.template) onEdit(item) // its words are the provider's: there is nothing to edit
  }
  return (
    <div className={classes.message} data-ours data-first>
      <div className={classes.said}>
        {item.answers_id && !detail.post && (
          <Suspense>
            <Quoted id={item.answers_id} detail={detail} />
          </Suspense>
        )}
        {item.text && (
          <div className={classes.bubble} data-state={item.state} data-note={note || undefined}>
            <Plain text={item.text} />
          </div>
        )}
        <Attachments items={item.attachments} />
        {item.state === 'sending' && (
          <p className={classes.meta}>
            <span className={classes.delivery}>
              <Clock size={13} aria-hidden /> {t('desk.delivery.sending')}
            </span>
          </p>
        )}
        {item.state === 'waiting' && (
          <div className={classes.waiting}>
            <span className={classes.delivery} data-state="waiting">
              <Clock size={13} aria-hidden /> {t('desk.outbox.waiting')}
            </span>
            <Choices onRetry={() => void outbox.retry(conversation, item.client_id)} text={item.text} onTakeBack={takeBack} />
          </div>
        )}
        {item.state === 'stale' && (
          <div className={classes.stale} role="alert">
            <p>
              <MessageSquareWarning size={16} aria-hidden /> {staleText(t, calledBy(t, detail.customer), item)}
            </p>
            <div className={classes.choices}>
              <Button size="xs" onClick={() => void outbox.retry(conversation, item.client_id, true)}>
                {t('desk.outbox.sendAnyway')}
              </Button>
              <Button size="xs" variant="default" onClick={takeBack}>
                {t('desk.outbox.edit')}
              </Button>
            </div>
          </div>
        )}
        {item.state === 'failed' && <Failed item={item} onRetry={() => void outbox.retry(conversation, item.client_id)} onTakeBack={takeBack} />}
      </div>
    </div>
  )
}

function staleText(t: Translate, customer: string, item: Outgoing): string {
  if (item.answeredBy !== undefined) return t('desk.outbox.answered', { name: item.answeredBy || t('desk.outbox.oneOfUs') })
  return t('desk.outbox.stale', { name: customer, count: item.newer ?? 1 })
}

function Failed({ item, onRetry, onTakeBack }: { item: Outgoing; onRetry: () => void; onTakeBack: () => void }) {
  const t = useT()
  return (
    <div className={classes.failed} role="alert">
      <p>
        <CircleAlert size={14} aria-hidden /> {t('desk.outbox.failed')} {item.error === undefined ? '' : problemText(t, item.error)}
      </p>
      <Choices onRetry={onRetry} text={item.text} onTakeBack={onTakeBack} />
    </div>
  )
}

function Choices({ text, onRetry, onTakeBack }: { text: string; onRetry: () => void; onTakeBack: () => void }) {
  const t = useT()
  return (
    <div className={classes.links}>
      <button type="button" onClick={onRetry}>
        {t('act.retry')}
      </button>
      <button type="button" onClick={() => void navigator.clipboard.writeText(text)}>
        {t('act.copy')}
      </button>
      <button type="button" onClick={onTakeBack}>
        {t('desk.outbox.edit')}
      </button>
    </div>
  )
}
