import { Button, Slider, Switch, TextInput } from '@mantine/core'
import { Play } from 'lucide-react'
import { useId } from 'react'
import { useT } from '@/lib/i18n'
import { messageNotes, play, setAlertSettings, unlockSound, useAlertSettings, useUnlockOnFirstClick } from '@/lib/sound'
import { DesktopSwitch } from '@/shell/DesktopSwitch'
import classes from './Me.module.css'

const leastVolume = 5 // per cent; silence has its own switches

/** What of one's work is heard and shown on this device. */
export function AlertsTab() {
  const t = useT()
  const settings = useAlertSettings()
  useUnlockOnFirstClick()
  return (
    <div className={classes.stack}>
      <p className={classes.hint}>{t('me.alertsHelp')}</p>
      <Volume />
      <Switch label={t('me.ring')} description={t('me.ringHelp')} checked={settings.ring} onChange={(e) => setAlertSettings({ ring: e.currentTarget.checked })} />
      <Switch label={t('me.messages')} description={t('me.messagesHelp')} checked={settings.messages} onChange={(e) => setAlertSettings({ messages: e.currentTarget.checked })} />
      <DesktopSwitch />
      <Switch label={t('me.discreet')} description={t('me.discreetHelp')} checked={settings.discreet} onChange={(e) => setAlertSettings({ discreet: e.currentTarget.checked })} />
      <div>
        <h3>{t('me.quiet')}</h3>
        <p className={classes.hint}>{t('me.quietHelp')}</p>
        <div className={classes.line}>
          <TextInput type="time" name="quietFrom" label={t('me.quietFrom')} value={settings.quietFrom} onChange={(e) => setAlertSettings({ quietFrom: e.currentTarget.value })} />
          <TextInput type="time" name="quietTo" label={t('me.quietTo')} value={settings.quietTo} onChange={(e) => setAlertSettings({ quietTo: e.currentTarget.value })} />
        </div>
      </div>
    </div>
  )
}

function listen() {
  unlockSound()
  play(messageNotes)
}

function Volume() {
  const t = useT()
  const id = useId()
  const { volume } = useAlertSettings()
  return (
    <div className={classes.choice}>
      <h3 id={id}>{t('me.volume')}</h3>
      <div className={classes.volume}>
        <Slider className={classes.grow} thumbProps={{ 'aria-labelledby': id }} min={leastVolume} max={100} step={5} label={(v) => `${v} %`} value={volume} onChange={(v) => setAlertSettings({ volume: v })} onChangeEnd={listen} />
        <Button variant="default" leftSection={<Play size={14} />} onClick={listen}>
          {t('me.listen')}
        </Button>
      </div>
    </div>
  )
}
