import { Button, Switch } from '@mantine/core'
import { RotateCcw } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { useT } from '@/lib/i18n'
import { type CommandSpec, KeyCaps, type KeySettings, chordOf, clashes, saveKeySettings, useCommands, useKeySettings } from '@/lib/keys'
import classes from './Me.module.css'

/** Keys of all commands: change one, take one away, or switch single keys off. */
export function KeysTab() {
  const t = useT()
  const settings = useKeySettings()
  const { all } = useCommands()
  const changed = Object.keys(settings.keys).length > 0
  return (
    <div className={classes.stack}>
      <Switch label={t('keys.single')} description={t('keys.singleHelp')} checked={settings.singleKeys} onChange={(e) => saveKeySettings({ ...settings, singleKeys: e.currentTarget.checked })} />
      {[...Map.groupBy(all, (s) => s.group)].map(([group, specs]) => (
        <section key={group}>
          <h2>{t(group)}</h2>
          <ul className={classes.keys}>
            {specs.map((spec) => (
              <KeyRow key={spec.id} spec={spec} all={all} settings={settings} />
            ))}
          </ul>
        </section>
      ))}
      {changed && (
        <Button variant="default" leftSection={<RotateCcw size={16} />} onClick={() => saveKeySettings({ ...settings, keys: {} })}>
          {t('keys.reset')}
        </Button>
      )}
    </div>
  )
}

function KeyRow({ spec, all, settings }: { spec: CommandSpec; all: readonly CommandSpec[]; settings: KeySettings }) {
  const t = useT()
  const [recording, setRecording] = useState<string[]>()
  const [problem, setProblem] = useState<string>()
  const keys = settings.keys[spec.id] ?? spec.keys

  const save = (next: string) => {
    const keysOf = (s: CommandSpec) => (s.id === spec.id ? next : (settings.keys[s.id] ?? s.keys))
    const clash = next && clashes(all, keysOf).find((c) => c.includes(`${spec.id} (`))
    setProblem(clash ? t('keys.taken') : undefined)
    setRecording(undefined)
    if (!clash) saveKeySettings({ ...settings, keys: { ...settings.keys, [spec.id]: next } })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!recording || event.key === 'Tab') return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') return setRecording(undefined)
    if (event.key === 'Backspace' || event.key === 'Delete') return save('')
    if (event.key === 'Enter' && recording.length > 0) return save(recording.join(' '))
    const chord = chordOf(event.nativeEvent)
    if (!chord) return undefined
    return recording.length === 1 ? save([...recording, chord].join(' ')) : setRecording([chord])
  }
  return (
    <li className={classes.keyRow}>
      <span className={classes.grow}>{t(spec.title)}</span>
      {problem && (
        <span role="alert" className={classes.problem}>
          {problem}
        </span>
      )}
      <button type="button" className={classes.record} data-recording={recording !== undefined || undefined} onClick={() => setRecording([])} onKeyDown={onKeyDown} onBlur={() => setRecording(undefined)}>
        <span className="sr-only">{t('keys.record', { command: t(spec.title) })} </span>
        {recording ? recording.length > 0 ? <KeyCaps keys={recording.join(' ')} /> : t('keys.press') : keys ? <KeyCaps keys={keys} /> : t('keys.none')}
      </button>
      {recording && (
        <span role="status" className={classes.hint}>
          {t('keys.recordHelp')}
        </span>
      )}
    </li>
  )
}
