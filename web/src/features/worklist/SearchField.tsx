import { ActionIcon } from '@mantine/core'
import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useT } from '@/lib/i18n'
import { KeyCaps, useCommand, useKeysOf } from '@/lib/keys'
import { worklistCommands } from './commands'
import classes from './Worklist.module.css'

const pause = 250 // milliseconds of typing before the list is asked

/** Searches by the beginnings of a name, an address or a subject. */
export function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useT()
  const keys = useKeysOf(worklistCommands.search)
  const field = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [typed, setTyped] = useState(value)
  const [known, setKnown] = useState(value)
  useCommand(worklistCommands.search, () => field.current?.select())
  useEffect(() => () => clearTimeout(timer.current), [])

  // Another address, such as after "clear filters", is what the field says then.
  if (value !== known) {
    setKnown(value)
    setTyped(value)
  }
  const type = (next: string, after = pause) => {
    setTyped(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      setKnown(next.trim())
      onChange(next.trim())
    }, after)
  }
  return (
    <div className={classes.search} role="search">
      <Search size={16} aria-hidden />
      <input
        ref={field}
        type="search"
        aria-label={t('desk.worklist.search')}
        placeholder={t('desk.worklist.search')}
        value={typed}
        onChange={(e) => type(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape' && typed) {
            e.preventDefault()
            type('', 0)
          }
        }}
      />
      {typed ? (
        <ActionIcon size={22} onClick={() => type('', 0)} aria-label={t('desk.worklist.clearSearch')}>
          <X size={14} />
        </ActionIcon>
      ) : (
        <KeyCaps keys={keys} />
      )}
    </div>
  )
}
