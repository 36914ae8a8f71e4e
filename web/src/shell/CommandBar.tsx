import { Modal } from '@mantine/core'
import { Search } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'
import { type Translate, useT } from '@/lib/i18n'
import { type CommandSpec, KeyCaps, keysOf, useCommands, useKeySettings, useRunCommand } from '@/lib/keys'
import { matchesText } from '@/kit/Choose'
import classes from './CommandBar.module.css'

/** Finds a command by its words and runs it. */
export function CommandBar({ onClose }: { onClose: () => void }) {
  const t = useT()
  return (
    <Modal opened onClose={onClose} size={600} padding={0} withCloseButton={false} centered={false} yOffset="9vh" aria-label={t('shell.commands')} classNames={{ content: classes.content }}>
      <Body onClose={onClose} />
    </Modal>
  )
}

function Body({ onClose }: { onClose: () => void }) {
  const t = useT()
  const id = useId()
  const run = useRunCommand()
  const { live } = useCommands()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const hits = find(t, live, typed)

  const choose = (spec: CommandSpec | undefined) => {
    if (!spec) return
    onClose()
    // After the bar has given the focus back to where it was.
    setTimeout(() => run(spec.id))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setAt((now) => Math.min(hits.length - 1, Math.max(0, now + step)))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(hits[at])
    }
  }
  return (
    <>
      <div className={classes.field}>
        <Search size={18} aria-hidden />
        <input
          className={classes.input}
          data-autofocus
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={hits[at] && `${id}-${hits[at].id}`}
          aria-label={t('shell.commandPlaceholder')}
          placeholder={t('shell.commandPlaceholder')}
          value={typed}
          onChange={(e) => {
            setTyped(e.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <Hits id={id} hits={hits} at={at} onPoint={setAt} onChoose={choose} />
      {hits.length === 0 && (
        <p className={classes.nothing} role="status">
          {t('state.nothingFound')}
        </p>
      )}
    </>
  )
}

function Hits({ id, hits, at, onPoint, onChoose }: { id: string; hits: readonly CommandSpec[]; at: number; onPoint: (index: number) => void; onChoose: (spec: CommandSpec) => void }) {
  const t = useT()
  const settings = useKeySettings()
  const groups = Map.groupBy(hits, (h) => h.group)
  return (
    <div id={`${id}-list`} role="listbox" aria-label={t('shell.commands')} className={classes.list}>
      {[...groups].map(([group, specs]) => (
        <div key={group} role="group" aria-label={t(group)}>
          <div className={classes.group} aria-hidden>
            {t(group)}
          </div>
          {specs.map((spec) => {
            const index = hits.indexOf(spec)
            const Icon = spec.icon
            return (
              // The keys work in the field above; the row itself is for the pointer.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
              <div key={spec.id} id={`${id}-${spec.id}`} role="option" aria-selected={index === at} className={classes.row} ref={index === at ? reveal : undefined} onPointerMove={() => onPoint(index)} onClick={() => onChoose(spec)}>
                {Icon ? <Icon size={16} aria-hidden /> : <span className={classes.noIcon} />}
                <span className={classes.title}>{t(spec.title)}</span>
                <KeyCaps keys={keysOf(spec, settings)} />
              </div>
            )
          })}
        </div>
      ))}
    </div>
  )
}

const reveal = (row: HTMLElement | null) => row?.scrollIntoView({ block: 'nearest' })

/** The commands whose title or group has what was typed, grouped in the order of the list. */
function find(t: Translate, live: readonly CommandSpec[], typed: string): CommandSpec[] {
  const hits = live.filter((s) => !s.keysOnly && (matchesText(t(s.title), typed) || matchesText(t(s.group), typed)))
  return [...Map.groupBy(hits, (h) => h.group).values()].flat()
}
