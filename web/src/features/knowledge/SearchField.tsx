import { ActionIcon } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { Search, X } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react'
import { useT } from '@/lib/i18n'
import { type CommandSpec, KeyCaps, useKeysOf } from '@/lib/keys'
import classes from './Knowledge.module.css'

const typingPause = 250 // milliseconds without a key before the server is asked

interface Props {
  label: string
  value: string
  /** The key that leads here. */
  command?: CommandSpec
  field?: RefObject<HTMLInputElement | null>
  onSearch: (words: string) => void
  /** The person has typed to the end. */
  onEnter?: (words: string) => void
  onKeyDown?: (event: KeyboardEvent) => void
}

/** Where one types what to look for; the words are told after a pause. */
export function SearchField({ label, value, command, field, onSearch, onEnter, onKeyDown }: Props) {
  const t = useT()
  const keys = useKeysOf(command)
  const [typed, setTyped] = useState(value)
  const [given, setGiven] = useState(value)
  // What the address says changes by itself only when one goes back or elsewhere.
  if (value !== given) {
    setGiven(value)
    if (value !== typed.trim()) setTyped(value)
  }
  const tell = useDebouncedCallback(onSearch, typingPause)
  useEffect(() => () => tell.cancel(), [tell])
  const now = (words: string) => {
    tell.cancel()
    onSearch(words)
  }
  return (
    <div className={classes.search}>
      <Search size={15} aria-hidden />
      <input
        ref={field}
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={(e) => {
          setTyped(e.currentTarget.value)
          tell(e.currentTarget.value.trim())
        }}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && !e.nativeEvent.isComposing) {
            now(typed.trim())
            onEnter?.(typed.trim())
          } else onKeyDown?.(e)
        }}
      />
      {typed ? (
        <ActionIcon
          size={22}
          aria-label={t('act.clearFilters')}
          onClick={() => {
            setTyped('')
            now('')
            field?.current?.focus()
          }}
        >
          <X size={14} />
        </ActionIcon>
      ) : (
        <KeyCaps keys={keys} />
      )}
    </div>
  )
}
