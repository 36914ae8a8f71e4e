import { Alert, Button } from '@mantine/core'
import { KeyRound, Send } from 'lucide-react'
import { useState } from 'react'
import { type Schemas, api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { formatFull } from '@/lib/time'
import { useAct } from '@/kit/act'
import { Badge } from '@/kit/Badge'
import { ConfirmByName } from '@/kit/ConfirmByName'
import { keys } from '../api'
import { CopyField } from '../parts/CopyField'
import { Once } from '../parts/Once'
import type { OwnChannel } from '../types'
import classes from './Channels.module.css'

type Way = 'events' | 'commands'
type Trial = Schemas['OwnTrialOutputBody']

/** Where a channel posts, in full: we know our own address better than the server where it was not told. */
const eventsURL = (channel: OwnChannel) => new URL(channel.events_url, window.location.origin).href

/** The keys of a channel just made: this once. */
export function NewKeys({ channel }: { channel: OwnChannel }) {
  const t = useT()
  return (
    <div className={classes.stack}>
      <Once text={t('admin.channels.once')} label={t('admin.channels.eventsKey')} value={channel.events_key ?? ''}>
        <CopyField label={t('admin.channels.commandsKey')} value={channel.commands_key ?? ''} />
        <CopyField label={t('admin.channels.eventsURL')} help={t('admin.channels.eventsURLHelp')} value={eventsURL(channel)} />
      </Once>
    </div>
  )
}

/** How a system is connected: the address, the keys, and whether it answers. */
export function ConnectTab({ channel }: { channel: OwnChannel }) {
  const t = useT()
  return (
    <section className={classes.stack} aria-label={t('admin.channels.connect')}>
      {channel.health === 'failing' && (
        <Alert color="red" variant="light">
          {t.maybe(`error.${channel.health_code}`) ?? channel.health_code}
        </Alert>
      )}
      <CopyField label={t('admin.channels.eventsURL')} help={t('admin.channels.eventsURLHelp')} value={eventsURL(channel)} />
      <Test channel={channel} />
      <Fresh channel={channel} />
    </section>
  )
}

/** Asks the system whether it is there. */
function Test({ channel }: { channel: OwnChannel }) {
  const t = useT()
  const act = useAct()
  const [trial, setTrial] = useState<Trial>()
  const [busy, setBusy] = useState(false)
  const test = async () => {
    setBusy(true)
    await act({ done: t('admin.webhooks.called'), touches: [keys.ownChannels], commit: async () => setTrial(await ok(api.POST('/api/v1/own-channels/{id}/test', { params: { path: { id: channel.id } } }))) })
    setBusy(false)
  }
  return (
    <>
      <div className={classes.row}>
        <Button variant="default" leftSection={<Send size={14} />} loading={busy} disabled={!channel.settings.url && !channel.settings.pull} onClick={() => void test()}>
          {t('admin.channels.test')}
        </Button>
        {!channel.settings.url && !channel.settings.pull && <span className={classes.hint}>{t('error.own.listens_only')}</span>}
      </div>
      <div role="status" className={classes.stack}>
        {trial && (
          <>
            <div className={classes.row}>
              <Badge tone={trial.ok ? 'ok' : 'danger'}>{trial.ok ? t('admin.channels.answers') : t('admin.channels.fails')}</Badge>
              <span className={classes.hint}>
                {trial.status > 0 && <>{trial.status} · </>}
                {t('admin.webhooks.took', { ms: Math.round(trial.took_ms) })}
              </span>
            </div>
            {trial.code && <p>{t.maybe(`error.${trial.code}`) ?? trial.code}</p>}
            {trial.answer !== '' && <code className={classes.words}>{trial.answer}</code>}
          </>
        )}
      </div>
    </>
  )
}

const ways: readonly Way[] = ['events', 'commands']

/** Gives the channel a new key for one way. */
function Fresh({ channel }: { channel: OwnChannel }) {
  const t = useT()
  const act = useAct()
  const [fresh, setFresh] = useState<OwnChannel>()
  const [asking, setAsking] = useState<Way>()
  const rotate = async () => {
    if (!asking) return
    await act({ done: t('admin.channels.rotated'), touches: [keys.ownChannels], commit: async () => setFresh(await ok(api.POST('/api/v1/own-channels/{id}/rotate', { params: { path: { id: channel.id } }, body: { way: asking } }))) })
  }
  const until = { events: channel.old_events_key_until, commands: channel.old_commands_key_until }
  return (
    <>
      {!channel.archived && (
        <div className={classes.row}>
          {ways.map((way) => (
            <Button key={way} variant="subtle" leftSection={<KeyRound size={14} />} onClick={() => setAsking(way)}>
              {t(`admin.channels.rotate.${way}`)}
            </Button>
          ))}
        </div>
      )}
      {fresh && (
        <Once
          text={t('admin.channels.onceNew')}
          label={t(fresh.events_key ? 'admin.channels.eventsKey' : 'admin.channels.commandsKey')}
          value={fresh.events_key ?? fresh.commands_key ?? ''}
        />
      )}
      {ways.map((way) => until[way] && <p key={way} className={classes.hint}>{t(`admin.channels.oldUntil.${way}`, { at: formatFull(until[way], t.language) })}</p>)}
      <ConfirmByName open={asking !== undefined} onClose={() => setAsking(undefined)} text={t('admin.channels.rotateText')} name={channel.name} action={t('admin.channels.rotate')} onConfirm={rotate} />
    </>
  )
}
