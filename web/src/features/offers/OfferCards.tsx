import { ActionIcon, Button, Menu } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Check, ChevronDown, Volume2, VolumeX } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Problem, api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { KeyCaps, useCommand, useKeysOf } from '@/lib/keys'
import { useLeader } from '@/lib/live'
import { alertSettings, unlockSound, useUnlockOnFirstClick } from '@/lib/sound'
import { formatDuration, toMillis, useNow } from '@/lib/time'
import { Avatar } from '@/kit/Avatar'
import { ChannelMark, useChannelName } from '@/kit/ChannelMark'
import { useToasts } from '@/kit/toast'
import { desktopNewsOn } from '@/shell/desktop'
import { calledBy } from '../conversation/calledBy'
import { useDesk } from '../conversation/desk'
import type { Offer } from '../conversation/types'
import { offerCommands } from './commands'
import { endOffer, standing } from './offers'
import { useRing, useSound, useTitleBlink } from './ring'
import classes from './OfferCards.module.css'

/** The offers in the corner. They ring and ask; they never take the focus. */
export function OfferCards({ offers }: { offers: readonly Offer[] }) {
  const t = useT()
  const now = useNow('second')
  const shown = standing(offers, now)
  const first = shown[0]
  const leading = useLeader('sound')
  const { accept, decline, busy } = useAnswers()

  useUnlockOnFirstClick()
  useRing(leading && first !== undefined && busy === undefined)
  useTitleBlink(first && t('desk.offer.title', { name: calledBy(t, first.customer) }))
  useDesktopRing(leading ? first : undefined)
  useCommand(offerCommands.accept, () => first && void accept(first), first !== undefined)
  useCommand(offerCommands.decline, () => first && void decline(first), first !== undefined)

  return (
    <section className={classes.corner} aria-label={t('desk.offer.region')}>
      <div role="alert" className="sr-only">
        {first && t('desk.offer.told', { name: calledBy(t, first.customer), queue: first.queue.name })}
      </div>
      {shown.map((offer, i) => (
        <Card key={offer.id} offer={offer} now={now} urgent={i === 0} busy={busy === offer.id} onAccept={() => void accept(offer)} onDecline={(reason) => void decline(offer, reason)} />
      ))}
    </section>
  )
}

const params = (offer: Offer) => ({ path: { id: offer.id } })

/** Accepts and declines; what is gone meanwhile says so and disappears. */
function useAnswers() {
  const t = useT()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const toasts = useToasts()
  const { cache: desk } = useDesk()
  const [busy, setBusy] = useState<string>()

  const answer = async (offer: Offer, act: () => Promise<unknown>) => {
    if (busy) return false
    setBusy(offer.id)
    try {
      await act()
      endOffer(cache, offer.id)
      return true
    } catch (error) {
      if (error instanceof Problem && (error.status === 404 || error.status === 409)) endOffer(cache, offer.id)
      toasts.show({ kind: 'error', text: problemText(t, error), error })
      return false
    } finally {
      setBusy(undefined)
    }
  }
  return {
    busy,
    accept: async (offer: Offer) => {
      const taken = await answer(offer, () => ok(api.POST('/api/v1/offers/{id}/accept', { params: params(offer) })))
      if (!taken) return
      desk.take(offer.conversation_id)
      await navigate({ to: '/conversations', search: { view: 'mine', c: offer.conversation_id } })
    },
    decline: (offer: Offer, reason = '') => answer(offer, () => ok(api.POST('/api/v1/offers/{id}/decline', { params: params(offer), body: { reason } }))),
  }
}

/** Tells outside the browser while nobody looks at this page; a click leads to the card. */
function useDesktopRing(offer: Offer | undefined) {
  const t = useT()
  const id = offer?.id
  useEffect(() => {
    if (!offer || document.visibilityState === 'visible' || !desktopNewsOn()) return undefined
    const title = alertSettings().discreet ? t('desk.keys.offers') : t('desk.offer.title', { name: calledBy(t, offer.customer) })
    const shown = new Notification(title, { body: offer.queue.name, tag: `offer-${offer.id}`, requireInteraction: true })
    shown.addEventListener('click', () => {
      focus()
      document.querySelector<HTMLElement>(`[aria-labelledby="offer-${offer.id}"]`)?.focus()
    })
    return () => shown.close()
    // Once for each offer.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [id])
}

interface CardProps {
  offer: Offer
  now: number
  urgent: boolean
  busy: boolean
  onAccept: () => void
  onDecline: (reason: string) => void
}

function Card({ offer, now, urgent, busy, onAccept, onDecline }: CardProps) {
  const t = useT()
  const channelName = useChannelName()
  const acceptKeys = useKeysOf(offerCommands.accept)
  const [waitedUntil] = useState(() => now)
  return (
    <article className={classes.card} tabIndex={-1} aria-labelledby={`offer-${offer.id}`}>
      <Ring offer={offer} now={now} />
      <div className={classes.who}>
        <strong id={`offer-${offer.id}`} className={classes.name}>
          {calledBy(t, offer.customer)}
        </strong>
        <span className={classes.about}>
          {channelName(offer.channel)} · {offer.queue.name} · {t('desk.offer.waited')} <span className="num">{formatDuration(offer.waited_s * 1000 + (now - waitedUntil))}</span>
        </span>
      </div>
      <SoundButton />
      {offer.preview && (
        <p className={classes.preview} dir="auto">
          {offer.preview}
        </p>
      )}
      <div className={classes.acts}>
        <Button className={classes.accept} leftSection={<Check size={16} />} rightSection={
            urgent && (
              <span className={classes.keys}>
                <KeyCaps keys={acceptKeys} />
              </span>
            )
          } loading={busy} onClick={onAccept}>
          {t('desk.offer.accept')}
        </Button>
        <DeclineButton disabled={busy} onDecline={onDecline} />
      </div>
    </article>
  )
}

/** Sent as they are: who reads them may read another language. */
const reasons = ['finishing', 'subject', 'technical'] as const

function DeclineButton({ disabled, onDecline }: { disabled: boolean; onDecline: (reason: string) => void }) {
  const t = useT()
  return (
    <div className={classes.decline}>
      <Button variant="default" disabled={disabled} onClick={() => onDecline('')} className={classes.plain}>
        {t('desk.offer.decline')}
      </Button>
      <Menu position="top-end">
        <Menu.Target>
          <ActionIcon variant="default" size={32} disabled={disabled} className={classes.why} aria-label={t('desk.offer.declineWhy')}>
            <ChevronDown size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('desk.offer.declineWhy')}</Menu.Label>
          {reasons.map((reason) => (
            <Menu.Item key={reason} onClick={() => onDecline(reason)}>
              {t(`desk.offer.reason.${reason}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}

function SoundButton() {
  const t = useT()
  const { muted, blocked, setMuted } = useSound()
  const silent = muted || blocked
  const label = t(blocked ? 'desk.offer.unblock' : muted ? 'desk.offer.unmute' : 'desk.offer.mute')
  const act = () => {
    if (blocked) unlockSound()
    else setMuted(!muted)
  }
  return (
    <ActionIcon onClick={act} aria-label={label} title={label}>
      {silent ? <VolumeX size={16} /> : <Volume2 size={16} />}
    </ActionIcon>
  )
}

const radius = 25
const around = 2 * Math.PI * radius

/** The customer inside a ring that runs out with the offer. */
function Ring({ offer, now }: { offer: Offer; now: number }) {
  const t = useT()
  const [from] = useState(() => now)
  const until = toMillis(offer.expires_at)
  const left = Math.max(0, until - now)
  const share = Math.min(1, left / Math.max(1, until - from))
  return (
    <div className={classes.ring} data-late={left < 10_000 || undefined}>
      <svg viewBox="0 0 56 56" aria-hidden>
        <circle cx="28" cy="28" r={radius} className={classes.track} />
        <circle cx="28" cy="28" r={radius} className={classes.left} strokeDasharray={around} strokeDashoffset={around * (1 - share)} />
      </svg>
      <Avatar name={offer.customer.name} size={44} />
      <ChannelMark channel={offer.channel} size={20} className={classes.mark} />
      <span className={classes.seconds} role="timer" aria-label={t('desk.offer.left')}>
        {formatDuration(left)}
      </span>
    </div>
  )
}
