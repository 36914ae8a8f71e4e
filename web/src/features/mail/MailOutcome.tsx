import { Button, Menu, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, CheckCheck, CircleAlert, CircleHelp, Clock, Undo2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan, useSignedIn } from '@/lib/session'
import { formatFull, toMillis, useNow } from '@/lib/time'
import { Dialog } from '@/kit/overlays'
import { useToasts } from '@/kit/toast'
import { keys } from '../conversation/caches'
import { type Entries, type Shown, mergeEntries } from '../conversation/entries'
import type { Detail, Entry } from '../conversation/types'
import { waitingKey, waitingQuery } from './api'
import { putBack, useMayPutBack } from './putBack'
import { laterChoices } from './later'
import classes from './Mail.module.css'

interface Props {
  entry: Shown
  detail: Detail
}

type Act = 'cancel' | 'now' | 'again' | 'arrived'

/** The acts on an answer that has not arrived for sure. */
function useOutcome({ entry, detail }: Props) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const [busy, setBusy] = useState<Act>()
  const params = { path: { id: detail.id, entry: entry.id } }
  const path = '/api/v1/conversations/{id}/entries/{entry}'
  const run = async (act: Act, ask: () => Promise<Entry>) => {
    setBusy(act)
    try {
      const after = await ask()
      cache.setQueryData<Entries>(keys.entries(detail.id), (known) => known && mergeEntries(known, [after]))
      void cache.invalidateQueries({ queryKey: waitingKey(detail.id) })
      return true
    } catch (error) {
      toasts.show({ kind: 'error', text: problemText(t, error), error })
      // It went its way meanwhile: how far is for the server to say.
      void cache.invalidateQueries({ queryKey: keys.entries(detail.id) })
      return false
    } finally {
      setBusy(undefined)
    }
  }
  const schedule = (at: Date) => run('now', () => ok(api.POST(`${path}/schedule`, { params, body: { send_at: at.toISOString() } })))
  return {
    busy,
    cancel: async () => {
      if (await run('cancel', () => ok(api.POST(`${path}/cancel`, { params })))) putBack(detail.id, entry)
    },
    schedule,
    now: () => schedule(new Date(0)),
    decide: (decision: 'again' | 'arrived') => run(decision, () => ok(api.POST(`${path}/decide`, { params, body: { decision } }))),
  }
}

type Outcome = ReturnType<typeof useOutcome>

/** What became of a mail of ours, in words, and what one may do about it. */
export function MailOutcome(props: Props) {
  const { entry, detail } = props
  const t = useT()
  const outcome = useOutcome(props)
  const own = entry.user?.id === useSignedIn().user.id
  const others = useCan('conversation.reply', 'team')
  const may = useCan('conversation.reply') && (own || others)
  const returns = useMayPutBack(detail.id)
  const state = entry.delivery?.state ?? 'sent'
  if (state === 'queued') return <Waiting {...props} outcome={outcome} may={may} />
  if (state === 'failed' || state === 'ambiguous') {
    const reason = entry.delivery?.reason
    return (
      <div className={classes.trouble} role="group" aria-label={t(`desk.delivery.${state}`)}>
        <p>
          {state === 'failed' ? <CircleAlert size={15} aria-hidden /> : <CircleHelp size={15} aria-hidden />}
          <span>{state === 'ambiguous' ? t('mails.ambiguous') : t('mails.failed', { reason: (reason && t.maybe(`error.${reason}`)) || t('error.delivery.refused') })}</span>
        </p>
        {may && (
          <div className={classes.acts}>
            {state === 'ambiguous' && (
              <Button size="xs" variant="default" loading={outcome.busy === 'arrived'} onClick={() => void outcome.decide('arrived')}>
                {t('mails.arrived')}
              </Button>
            )}
            <Button size="xs" variant="default" loading={outcome.busy === 'again'} onClick={() => void outcome.decide('again')}>
              {t('mails.again')}
            </Button>
            {returns && (
              <Button size="xs" variant="subtle" onClick={() => putBack(detail.id, entry)}>
                {t('mails.writeAnew')}
              </Button>
            )}
          </div>
        )}
      </div>
    )
  }
  if (state === 'cancelled') {
    return (
      <State icon={<Undo2 size={13} aria-hidden />} text={t('mails.cancelled')}>
        {may && returns && (
          <button type="button" className={classes.link} onClick={() => putBack(detail.id, entry)}>
            {t('mails.writeAnew')}
          </button>
        )}
      </State>
    )
  }
  const mark = state === 'sending' ? <Clock size={13} aria-hidden /> : state === 'sent' ? <Check size={13} aria-hidden /> : <CheckCheck size={13} aria-hidden />
  return <State icon={mark} text={t(`desk.delivery.${state}`)} />
}

function State({ icon, text, children }: { icon: ReactNode; text: string; children?: ReactNode }) {
  return (
    <p className={classes.state}>
      {icon} <span>{text}</span>
      {children}
    </p>
  )
}

const longestUndo = 60_000 // milliseconds; what waits longer was planned

/** A mail that has not left: how long it can be taken back, or when it goes. */
function Waiting({ entry, detail, outcome, may }: Props & { outcome: Outcome; may: boolean }) {
  const t = useT()
  const [asking, setAsking] = useState(false)
  const waiting = useQuery(waitingQuery(detail.id, `${entry.id} ${entry.delivery?.at}`)).data
  const now = useNow('second')
  const due = waiting?.find((w) => w.entry_id === entry.id)?.send_at
  if (due === undefined) return <State icon={<Clock size={13} aria-hidden />} text={t('desk.delivery.queued')} />
  const left = toMillis(due) - now
  const planned = toMillis(due) - toMillis(entry.delivery?.at ?? due) > longestUndo || left > longestUndo
  return (
    <div className={classes.waiting}>
      <p role="timer">
        <Clock size={14} aria-hidden /> {planned ? t('mails.planned', { at: formatFull(due, t.language) }) : left > 0 ? t('mails.leaves', { count: Math.ceil(left / 1000) }) : t('desk.delivery.sending')}
      </p>
      {may && left > 0 && (
        <div className={classes.acts}>
          <Button size="xs" variant="default" leftSection={<Undo2 size={14} />} loading={outcome.busy === 'cancel'} onClick={() => void outcome.cancel()}>
            {t(planned ? 'mails.cancel' : 'mails.undo')}
          </Button>
          {planned && (
            <Button size="xs" variant="default" onClick={() => setAsking(true)}>
              {t('mails.changeTime')}
            </Button>
          )}
          <Button size="xs" variant="subtle" loading={outcome.busy === 'now'} onClick={() => void outcome.now()}>
            {t('mails.sendNow')}
          </Button>
        </div>
      )}
      {asking && (
        <WhenDialog
          onClose={() => setAsking(false)}
          onChoose={(at) => {
            setAsking(false)
            void outcome.schedule(at)
          }}
        />
      )}
    </div>
  )
}

/** Asks when a mail is to be sent. */
export function WhenDialog({ onClose, onChoose }: { onClose: () => void; onChoose: (at: Date) => void }) {
  const t = useT()
  const now = useNow('minute')
  const [typed, setTyped] = useState('')
  const at = new Date(typed)
  const ahead = at.getTime() > now
  return (
    <Dialog opened onClose={onClose} title={t('mails.when')} size="xs">
      <form
        className={classes.when}
        onSubmit={(event) => {
          event.preventDefault()
          if (ahead) onChoose(at)
        }}
      >
        <TextInput data-autofocus type="datetime-local" label={t('mails.ownTime')} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} />
        <Button type="submit" disabled={!ahead}>
          {t('mails.sendThen')}
        </Button>
      </form>
    </Dialog>
  )
}

/** The usual times at which mails are sent later. */
export function LaterItems({ onChoose, onOwn }: { onChoose: (at: Date) => void; onOwn: () => void }) {
  const t = useT()
  const [now] = useState(() => new Date())
  return (
    <>
      <Menu.Label>{t('mails.later')}</Menu.Label>
      {laterChoices.map(({ label, at }) => (
        <Menu.Item key={label} rightSection={<span className={classes.at}>{formatFull(at(now).getTime(), t.language)}</span>} onClick={() => onChoose(at(now))}>
          {t(label)}
        </Menu.Item>
      ))}
      <Menu.Item onClick={onOwn}>{t('mails.ownTime')}</Menu.Item>
    </>
  )
}
