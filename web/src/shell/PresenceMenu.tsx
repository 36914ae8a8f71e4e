import { Menu, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import type { Presence } from '@/lib/api'
import { type Translate, useT } from '@/lib/i18n'
import { Dot, type Tone } from '@/kit/Badge'
import { channelIcon, useChannelName } from '@/kit/ChannelMark'
import { Timer } from '@/kit/Timer'
import { type PresenceChoice, awayReasonsQuery, usePresence, usePresenceChanges } from './presence'
import classes from './PresenceMenu.module.css'

const tones: Record<Presence['activity'], Tone> = { offline: 'neutral', available: 'ok', away: 'warn', offered: 'accent', busy: 'danger', wrap_up: 'warn' }

/** One's state, how long it lasts, and the ways to change it. */
export function PresenceMenu() {
  const t = useT()
  const presence = usePresence().data
  if (!presence) return <Skeleton width={120} height={20} radius="sm" />
  const label = stateName(t, presence)
  const since = presence.activity_since ?? presence.since
  return (
    <Menu width={268} keepMounted={false}>
      <Menu.Target>
        <button type="button" className={classes.button}>
          <span className="sr-only">{t('presence.button')}</span>
          <Dot tone={tones[presence.activity]} />
          <span className={classes.state}>{label}</span>
          {since && <Timer since={since} className={classes.timer} />}
          <ChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {presence.next && <p className={classes.next}>{t('presence.next', { state: presence.next.reason ?? t(`presence.${presence.next.state}`) })}</p>}
        <States presence={presence} />
        <Channels presence={presence} />
      </Menu.Dropdown>
    </Menu>
  )
}

function stateName(t: Translate, presence: Presence): string {
  const absent = presence.activity === 'away' || presence.activity === 'offline'
  if (absent && presence.system) return t(`presence.${presence.system}`)
  return presence.activity === 'away' ? (presence.reason ?? t('presence.away')) : t(`presence.${presence.activity}`)
}

/** Whether there is work to be ended first; a new state begins after it. */
const working = ({ activity }: Presence) => activity === 'busy' || activity === 'wrap_up' || activity === 'offered'

/** Radio items carry one text each: the state, and of being away its reason. */
const awayValue = (reasonId: string) => `away:${reasonId}`

function valueOf(presence: Presence): string {
  return presence.state === 'away' ? awayValue(presence.reason_id ?? '') : presence.state
}

function choiceOf(value: string): PresenceChoice {
  const [state, reasonId] = value.split(':')
  return state === 'away' ? { state, reason_id: reasonId } : { state: state as 'available' | 'offline' }
}

function States({ presence }: { presence: Presence }) {
  const t = useT()
  const reasons = useQuery(awayReasonsQuery)
  const { setState } = usePresenceChanges()
  return (
    <>
      <Menu.RadioGroup value={valueOf(presence)} onChange={(value) => setState({ ...choiceOf(String(value)), next: working(presence) || undefined })}>
        <Choice tone="ok" value="available" label={t('presence.available')} />
        {reasons.data?.map((reason) => (
          <Choice key={reason.id} tone="warn" value={awayValue(reason.id)} label={reason.name} />
        ))}
        <Choice tone="neutral" value="offline" label={t('presence.offline')} />
      </Menu.RadioGroup>
      {reasons.isError && (
        <Menu.Item closeMenuOnClick={false} onClick={() => void reasons.refetch()}>
          {t('presence.reasonsFailed')}
        </Menu.Item>
      )}
    </>
  )
}

function Choice({ tone, value, label }: { tone: Tone; value: string; label: string }) {
  return (
    <Menu.RadioItem value={value} closeMenuOnClick>
      <span className={classes.choice}>
        <Dot tone={tone} /> {label}
      </span>
    </Menu.RadioItem>
  )
}

function Channels({ presence }: { presence: Presence }) {
  const t = useT()
  const nameOf = useChannelName()
  const { setChannels } = usePresenceChanges()
  const channels = Object.entries(presence.channels)
  if (channels.length === 0) return null
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t('presence.channels')}</Menu.Label>
      {channels.map(([channel, on]) => {
        const Icon = channelIcon(channel)
        return (
          <Menu.CheckboxItem key={channel} checked={on} onChange={(next) => setChannels({ [channel]: next })}>
            <span className={classes.choice}>
              <Icon size={16} aria-hidden /> {nameOf(channel)}
            </span>
          </Menu.CheckboxItem>
        )
      })}
    </>
  )
}
